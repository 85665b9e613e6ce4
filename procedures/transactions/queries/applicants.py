"""What the sealed messages of a dossier say of its applicant."""

import json
from typing import Any

from procedures.secrecy import Unreadable, unseal
from procedures.transactions.models import Message
from procedures.transactions.rules.sealing import sealed_for

NAMED_IN = frozenset({"ChuHoSo", "TenChuHoSo", "NguoiNopHoSo", "TenNguoiNop", "HoTen", "applicant_name"})
NEWEST = 20


def applicant_names(*, dossier_code: str) -> frozenset[str]:
    """Return every name that the newest messages of a dossier give its applicant.

    The names are for taking them out of a text; they must never be told.
    """
    kept = Message.objects.filter(dossier_code=dossier_code).order_by("-id").values_list("digest", "raw_sealed")
    return frozenset(name for digest, sealed in kept[:NEWEST] for name in _names(digest, sealed))


def _names(digest: str, sealed: bytes | memoryview) -> set[str]:
    try:
        document: Any = json.loads(unseal(bytes(sealed), bound_to=sealed_for(digest)))
    except (Unreadable, ValueError):
        return set()
    said = document.items() if isinstance(document, dict) else ()
    return {value for name, value in said if name in NAMED_IN and isinstance(value, str) and value.strip()}
