"""What is sent: documents as the senders of this field write them."""

import json
from typing import Any
from zlib import crc32

UNIT, PROCEDURE, CATEGORY = "gso2025:51", "1.004884", "ATT-02"
OFFICIALS = ("CB-01", "CB-02")
COMMENT = "Cán bộ hướng dẫn rõ ràng, trả kết quả đúng hẹn, chỗ ngồi chờ sạch sẽ."


def running(dossier_code: str) -> dict[str, Any]:
    """Return the row of a transaction just received."""
    return {
        "dossier_code": dossier_code,
        "source_updated_at": "2026-03-04T08:15:00+07:00",
        "status": "processing",
        "procedure": PROCEDURE,
        "receiving_unit": UNIT,
        "settling_unit": UNIT,
        "channel": "counter",
        "applicant": {"kind": "citizen", "national_id": f"9990{crc32(dossier_code.encode()) % 10**8:08d}"},
        "received_at": "2026-03-04T08:15:00+07:00",
        "due_at": "2026-03-11T17:00:00+07:00",
    }


def finished(dossier_code: str) -> dict[str, Any]:
    """Return the row of the same transaction a week later."""
    ended_at = "2026-03-11T15:30:00+07:00"
    later = {"source_updated_at": ended_at, "status": "finished", "ended_at": ended_at}
    return running(dossier_code) | later


def three_steps(dossier_code: str, *, unit: str = UNIT) -> dict[str, Any]:
    """Return a finished transaction with the three steps it went through in a unit."""
    return finished(dossier_code) | {
        "receiving_unit": unit,
        "settling_unit": unit,
        "steps": [
            {
                "at": "2026-03-04T08:15:00+07:00", "status": "received", "official": OFFICIALS[0], "unit": unit,
                "content": "Tiếp nhận hồ sơ",
            },
            {
                "at": "2026-03-04T10:00:00+07:00", "status": "processing", "official": OFFICIALS[1], "unit": unit,
                "content": "Thụ lý hồ sơ",
            },
            {
                "at": "2026-03-11T15:30:00+07:00", "status": "finished", "official": OFFICIALS[1], "unit": unit,
                "content": "Trình ký, có kết quả",
            },
        ]
    }  # fmt: skip


def rating(given_id: str, secret: str) -> dict[str, Any]:
    """Return a rating by right."""
    answers = {"overall": 3}
    return {
        "id": given_id, "right": secret, "form": "THANH_HOA_3", "answers": answers, "channel": "web",
        "comment": COMMENT,
    }  # fmt: skip


def complaint() -> dict[str, Any]:
    """Return a complaint of one accused whose complainant's identity is sealed."""
    return {
        "subjects": [{"official": OFFICIALS[0], "unit": UNIT, "role": "tiếp nhận hồ sơ"}],
        "categories": [CATEGORY],
        "statement": "Tôi chờ từ sáng đến trưa ở quầy số 3 mà không được tiếp nhận hồ sơ. " * 4,
        "identity": {
            "mode": "sealed", "name": "Nguyễn Văn Mẫu", "phone": "0999000001", "address": "Thôn Mẫu",
            "national_id": "999099000001",
        },
        "happened_on": "2026-03-04",
        "place": "Quầy số 3",
    }  # fmt: skip


def plain_rating(transaction_id: str) -> dict[str, Any]:
    """Return a rating as the twin takes it."""
    return {
        "transaction": transaction_id, "overall": 3, "attitude": 3, "speed": 2, "clarity": 3, "place": 2, "result": 3,
        "comment": COMMENT,
    }  # fmt: skip


def written(document: object) -> bytes:
    """Return the document as it goes over the wire."""
    return json.dumps(document, ensure_ascii=False).encode()
