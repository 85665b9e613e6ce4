"""Who complained is written nowhere that can be read: canaries in every field, then a search of everything kept.

Sources: Luật Tố cáo 2018, điều 8, 9, 56; reliability S1, F13, F22.
"""

import base64
import json
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.transaction import atomic

from api.idempotency.once import NONCE_BYTES
from api.tracing import JsonFormatter
from config.database import ensure_running
from config.database.home import Home
from feedback.complaints.models import Complaint
from feedback.complaints.vault import put_away, read_open, sealing
from feedback.complaints.vault.models import SealedIdentity, VaultAccess
from procedures.secrecy import Unreadable, derived_secret
from tests.builders.complaints import A_MORNING, make_complaint
from tests.contract_client import ContractClient, problem
from tests.environment import STATE

CANARIES = {
    "name": "Hoàng Yến Mẫu 7f3a9c1e",
    "phone": "0987 650 4321",
    "email": "chim.hoang.yen.5b2d@example.org",
    "address": "Số 7 ngõ Chim Yến 8e6c, tổ 4",
    "national_id": "062190417283",
}
A_COMPLAINT = {
    "subjects": [{"description": "Người ngồi quầy 3"}],
    "categories": ["HAR-02"],
    "statement": "Bị gợi ý chi thêm tiền.",
}


def forms(needle: str) -> set[str]:
    """Return a text as it is, in base64 at each of the three offsets, and all of these in hexadecimal."""
    raw = needle.encode()
    encoded = {base64.b64encode(bytes(shift) + raw)[4:-4].decode() for shift in range(3)}
    escaped = json.dumps(needle)[1:-1]
    plain = {needle, escaped, *encoded}
    return plain | {one.encode().hex() for one in plain}


def rows_of_the_database() -> Iterator[str]:
    """Yield every row of every table that the service may read, as text; binary columns are hexadecimal there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND has_table_privilege(oid, 'SELECT')"
        )
        tables = [name for (name,) in cursor.fetchall()]
        assert {"feedback_sealedidentity", "api_storedanswer", "feedback_complaint"} <= set(tables)
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            yield from (f"{table}: {row}" for (row,) in cursor.fetchall())


def found(needles: Iterable[str]) -> list[str]:
    """Return where any of the needles is written, in the database or in the server's log."""
    wanted = {form for needle in needles for form in forms(needle)}
    log = Home(ensure_running(STATE).directory).log.read_text(errors="replace")
    places = [row[:80] for row in rows_of_the_database() if any(form in row for form in wanted)]
    return places + [f"log: {form[:20]}" for form in wanted if form in log]


def live_through(api: ContractClient, mode: str) -> dict[str, str]:
    """File with canaries, well and badly, and take the case to its end; return the receipt."""
    body = {**A_COMPLAINT, "identity": {"mode": mode, **CANARIES}}
    key = str(uuid.uuid4())
    receipt: dict[str, str] = api.once("/complaints", body, key=key).json()
    for wrong in (
        {**body, "categories": ["XXX"]},
        {**body, "identity": {**body["identity"], "mode": "anonymous"}},  # type: ignore[dict-item]
        {**body, "identity": {**body["identity"], "email": "không phải thư"}},  # type: ignore[dict-item]
        {**body, "statement": "x" * 100_000},
    ):
        assert problem(api.once("/complaints", wrong)) == (400, "invalid")
    assert problem(api.once("/complaints", {**body, "place": "khác"}, key=key)) == (422, "key-reused")
    assert api.once("/complaints", body, key=key).json() == receipt
    clash, nonce = str(uuid.uuid4()), bytes(NONCE_BYTES)
    _file_with_the_secret(derived_secret("idempotency:submitComplaint", "citizen", clash, nonce.hex()))
    with pytest.MonkeyPatch.context() as chance:  # a secret that is there already cannot be had otherwise
        chance.setattr("secrets.token_bytes", lambda _size: nonce)
        assert problem(api.once("/complaints", body, key=clash)) == (500, "server-error")
    inspector = api.signed_in("complaints:read", "complaints:handle")
    path = f"/complaints/{SealedIdentity.objects.get().pk}"
    steps: list[tuple[str, dict[str, object]]] = [
        ("acceptance", {}),
        ("verification", {"report": "Đã hỏi hai người làm chứng."}),
        ("conclusion", {"text": "Đúng.", "answer": "Đã xử lý.", "findings": [
            {"subject": 1, "category": "HAR-02", "outcome": "upheld"}]}),
    ]  # fmt: skip
    for noun, draft in steps:
        version = inspector.get(path)["ETag"]
        assert inspector.once(f"{path}/{noun}", draft, **{"If-Match": version}).status_code == 200
    inspector.get(f"{path}/identity")
    inspector.get(f"{path}/timeline")
    inspector.get("/complaints")
    api.post("/complaint-receipts", {name: receipt[name] for name in ("receipt_number", "receipt_secret")})
    return receipt


def _file_with_the_secret(secret: str) -> None:
    from feedback.complaints import services  # noqa: PLC0415 - only here is a receipt's secret chosen

    services.submit(
        legal_class="petition", identity={"mode": "anonymous"}, subjects=[{"description": "x"}],
        categories=["ATT-01"], statement="x", secret=secret, now=A_MORNING,
    )  # fmt: skip


@pytest.mark.parametrize("mode", ["sealed", "open"])
def test_no_canary_of_an_identity_and_no_secret_of_a_receipt_is_kept_anywhere(
    api: ContractClient, caplog: pytest.LogCaptureFixture, mode: str
) -> None:
    receipt = live_through(api, mode)

    secrets = [*CANARIES.values(), receipt["receipt_secret"]]
    told = "\n".join(JsonFormatter().format(record) for record in caplog.records)
    assert found(secrets) == []
    assert [one for secret in secrets for one in forms(secret) if one in told] == []
    assert "IntegrityError" in told


def test_the_search_finds_a_canary_in_a_plain_column() -> None:
    """The control of the test above."""
    make_complaint(place=CANARIES["name"])
    make_complaint(place=base64.b64encode(f"x{CANARIES['phone']}".encode()).decode())

    assert len(found([CANARIES["name"]])) == 1
    assert len(found([CANARIES["phone"]])) == 1


def test_a_sealed_identity_moved_to_another_complaint_cannot_be_read() -> None:
    first, second = (make_complaint().pk for _ in range(2))
    put_away(complaint_id=first, identity={"name": CANARIES["name"]})
    moved = SealedIdentity.objects.get(pk=first).sealed
    SealedIdentity.objects.create(complaint_id=second, sealed=moved)
    how: dict[str, Any] = {"by": "person:x", "official_id": None, "reason": "x", "now": A_MORNING}

    with pytest.raises(Unreadable), atomic():
        read_open(complaint_id=second, **how)
    assert read_open(complaint_id=first, **how)["name"] == CANARIES["name"]


def test_without_the_binding_a_moved_identity_would_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the test above."""
    monkeypatch.setattr(sealing, "_place", lambda _complaint_id: "anywhere")
    first, second = (make_complaint().pk for _ in range(2))
    put_away(complaint_id=first, identity={"name": CANARIES["name"]})
    SealedIdentity.objects.create(complaint_id=second, sealed=SealedIdentity.objects.get(pk=first).sealed)

    told = read_open(complaint_id=second, by="person:x", official_id=None, reason="x", now=A_MORNING)

    assert told["name"] == CANARIES["name"]


def test_long_and_short_names_have_ciphertexts_of_one_length() -> None:
    lengths = set()
    for name in ("A", "Nguyễn Văn Mẫu", "M" * 200):
        complaint = make_complaint()
        put_away(complaint_id=complaint.pk, identity={"name": name})
        lengths.add(len(SealedIdentity.objects.get(pk=complaint.pk).sealed))

    assert len(lengths) == 1


def test_an_open_identity_is_read_by_a_handler_and_the_reading_is_written_down(api: ContractClient) -> None:
    make_complaint(identity={"mode": "open", "name": "Nguyễn Văn Mẫu", "phone": "0900000000"})
    complaint = Complaint.objects.get()
    handler = api.signed_in("complaints:read", "complaints:handle")

    told = handler.get(f"/complaints/{complaint.pk}/identity").json()

    assert told == {"name": "Nguyễn Văn Mẫu", "phone": "0900000000"}
    assert VaultAccess.objects.get().complaint == complaint.pk
    assert problem(api.signed_in("complaints:read").get(f"/complaints/{complaint.pk}/identity")) == (403, "forbidden")


def test_when_the_reading_cannot_be_written_down_nothing_is_released() -> None:
    complaint = make_complaint(identity={"mode": "open", "name": "Nguyễn Văn Mẫu", "phone": "0900000000"})

    with pytest.raises(IntegrityError, match="a_reading_has_its_reason"), atomic():
        read_open(complaint_id=complaint.pk, by="person:x", official_id=None, reason="", now=A_MORNING)


@pytest.mark.parametrize("mode", ["sealed", "anonymous"])
def test_a_sealed_identity_has_no_way_out(api: ContractClient, mode: str) -> None:
    identity = {"mode": mode} | ({} if mode == "anonymous" else {"name": "Nguyễn Văn Mẫu", "phone": "0900000000"})
    complaint = make_complaint(identity=identity)
    handler = api.signed_in("complaints:read", "complaints:handle", "complaints:identity")

    answer = handler.get(f"/complaints/{complaint.pk}/identity")

    assert problem(answer) == (409, "identity-sealed")
    assert VaultAccess.objects.count() == 0
