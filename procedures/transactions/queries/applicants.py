"""What the sealed messages of a dossier say of its applicant."""

import json
from typing import Any

from procedures.prepared import Prepared
from procedures.secrecy import Unreadable, unseal
from procedures.transactions.rules.sealing import sealed_for

NAMED_IN = frozenset({"ChuHoSo", "TenChuHoSo", "NguoiNopHoSo", "TenNguoiNop", "HoTen", "applicant_name"})
NEWEST = 20
_NEWEST = Prepared(
    "newest_messages",
    "SELECT digest, raw_sealed FROM procedures_message WHERE dossier_code = %(code)s ORDER BY id DESC LIMIT %(most)s",
    code="varchar", most="int",
)  # fmt: skip


def applicant_names(*, dossier_code: str) -> frozenset[str]:
    """Return every name that the newest messages of a dossier give its applicant.

    The names are for taking them out of a text; they must never be told.
    """
    kept = _NEWEST.rows({"code": dossier_code, "most": NEWEST})
    return frozenset(name for digest, sealed in kept for name in _names(digest, sealed))


def _names(digest: str, sealed: bytes | memoryview) -> set[str]:
    try:
        document: Any = json.loads(unseal(bytes(sealed), bound_to=sealed_for(digest)))
    except (Unreadable, ValueError):
        return set()
    said = document.items() if isinstance(document, dict) else ()
    return {value for name, value in said if name in NAMED_IN and isinstance(value, str) and value.strip()}
