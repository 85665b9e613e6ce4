"""The fifteen histories of config/data/dvcqg, as their senders send them."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

FOLDER = Path(__file__).resolve().parent.parent / "data" / "dvcqg" / "histories"
DOSSIERS, PROGRESS = "/adapters/dvcqg/dong-bo-ho-so", "/adapters/dvcqg/cap-nhat-tien-do"


@dataclass(frozen=True)
class Letter:
    """One message of a history: where it goes, its bytes, and its tag where it is a bad one."""

    path: str
    body: bytes
    sender: str
    tag: str
    expect: str


@dataclass(frozen=True)
class History:
    """One history with its letters in order of arrival, and the state a correct receiver ends with."""

    id: str
    title: str
    dossier_code: str
    letters: tuple[Letter, ...]
    final: dict[str, Any]


@lru_cache(maxsize=1)
def histories() -> dict[str, History]:
    """Return every history by its id."""
    read = (json.loads(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("H*.json")))
    return {raw["id"]: _history(raw) for raw in read}


def _history(raw: dict[str, Any]) -> History:
    return History(raw["id"], raw["title"], raw["dossier"], tuple(map(_letter, raw["messages"])), raw["final"])


def _letter(message: dict[str, Any]) -> Letter:
    meta = message["meta"]
    path = PROGRESS if meta["service"] in {"CapNhatTienDoHoSoMC", "DongBoTienTrinh"} else DOSSIERS
    query = urlencode(meta["http"]["query"])
    body = json.dumps(message["body"], ensure_ascii=False).encode()
    return Letter(f"{path}?{query}" if query else path, body, meta["sender"], meta.get("tag", ""), meta["expect"])
