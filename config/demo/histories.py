"""The histories of config/data/dvcqg, as their senders send them: fifteen that were carried here, and our own."""

import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

DATA = Path(__file__).resolve().parent.parent / "data" / "dvcqg"
OWN = DATA / "own"
DOSSIERS, PROGRESS = "/adapters/dvcqg/dong-bo-ho-so", "/adapters/dvcqg/cap-nhat-tien-do"
KEEPER = "motcua-mau"
"""The sender of every letter that names no other."""


@dataclass(frozen=True)
class Letter:
    """One message of a history: where it goes, who sends it, its bytes, and its tag where it is a bad one."""

    path: str
    body: bytes
    sender: str
    tag: str
    expect: str
    client: str = KEEPER


@dataclass(frozen=True)
class History:
    """One history with its letters in order of arrival, and the state a correct receiver ends with.

    Of our own are also the sentence that tells it, what was so before (`given`: office hours, an exclusion, a procedure
    that is entered only afterwards, other numbers), and `final` in the words of the contract; of the carried ones in
    words of theirs.
    """

    id: str
    title: str
    dossier_code: str
    letters: tuple[Letter, ...]
    final: dict[str, Any]
    told: str = ""
    given: dict[str, Any] = field(default_factory=dict)


@lru_cache(maxsize=1)
def histories() -> dict[str, History]:
    """Return every carried history by its id."""
    return _read(DATA / "histories")


@lru_cache(maxsize=1)
def own_histories() -> dict[str, History]:
    """Return every history of our own by its id."""
    return _read(OWN / "histories")


@lru_cache(maxsize=1)
def own_procedures() -> dict[str, dict[str, Any]]:
    """Return the procedures of our own histories by code, as `PUT /procedures/{code}` takes them."""
    known: dict[str, dict[str, Any]] = json.loads((OWN / "procedures.json").read_text(encoding="utf-8"))
    return known


def _read(folder: Path) -> dict[str, History]:
    read = (json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json")))
    return {raw["id"]: _history(raw) for raw in read}


def _history(raw: dict[str, Any]) -> History:
    letters = tuple(map(_letter, raw["messages"]))
    told, given = raw.get("told", ""), raw.get("given", {})
    return History(raw["id"], raw["title"], raw["dossier"], letters, raw["final"], told, given)


def _letter(message: dict[str, Any]) -> Letter:
    meta = message["meta"]
    path = PROGRESS if meta["service"] in {"CapNhatTienDoHoSoMC", "DongBoTienTrinh"} else DOSSIERS
    query = urlencode(meta["http"]["query"])
    body = json.dumps(message["body"], ensure_ascii=False).encode()
    address, client = f"{path}?{query}" if query else path, meta.get("client", KEEPER)
    return Letter(address, body, meta["sender"], meta.get("tag", ""), meta["expect"], client)
