"""What the sealed messages of a dossier say of its applicant."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import Any

from procedures.prepared import Prepared, Replanned
from procedures.secrecy import Unreadable, unseal
from procedures.transactions.rules.sealing import sealed_for

NAMED_IN = frozenset({"ChuHoSo", "TenChuHoSo", "NguoiNopHoSo", "TenNguoiNop", "HoTen", "HoVaTen"})
"""Where senders of other shapes name the applicant."""
_NAMED_UNDER = (("applicant", "name"), ("csv", "applicant_name"))
"""Where our own shape does, and the row of a file."""
NEWEST, AT_ONCE, MOST_READ = 20, 20, 500
"""Of how many messages the names are taken, how many are fetched at once, and how many are opened at most."""
_SEALED = """
SELECT id, digest, raw_sealed FROM procedures_message
WHERE dossier_code = {code} AND id < {before} AND kind = 'snapshot' AND raw_sealed <> '' ORDER BY id DESC LIMIT {most}
"""
_NEWEST = Prepared(
    "newest_messages", _SEALED.format(code="%(code)s", before="%(before)s", most="%(most)s"),
    code="varchar", before="bigint", most="int",
)  # fmt: skip
_AFTER_ALL = 2**63 - 1
SEALED_AT_ONCE = f"""
SELECT array_agg(m.id) AS ids, array_agg(m.digest) AS digests, array_agg(m.raw_sealed) AS sealed
FROM ({_SEALED.format(code="{code}", before=_AFTER_ALL, most=f"CASE WHEN {{if_any}} THEN {AT_ONCE} ELSE 0 END")}) m
"""  # noqa: S608 - our own words
"""For another statement to ask beside its own: one row, the columns of what `applicant_names` begins with."""

_DOSSIERS_AT_ONCE = 100
_NEWEST_OF_MANY = Replanned(
    "newest_messages_of_many",
    f"""
SELECT asked.code, m.* FROM unnest(%(codes)s) AS asked(code)
CROSS JOIN LATERAL ({_SEALED.format(code="asked.code", before=_AFTER_ALL, most=AT_ONCE)}) m
ORDER BY asked.code, m.id DESC
""",  # noqa: S608 - our own words
    sized_by="codes", codes="varchar[]",
)  # fmt: skip

Sealed = Sequence[tuple[int, str, bytes | memoryview]]
"""Messages, newest first: primary key, digest, what is sealed."""


def applicant_names(*, dossier_code: str, newest: Sealed | None = None) -> frozenset[str]:
    """Return every name that the newest of a dossier's messages that name its applicant give him.

    Messages without a name, however many came later, hide none before them. `newest` is what SEALED_AT_ONCE found, if
    it was asked. The names are for taking them out of a text; they must never be told.
    """
    named = filter(None, (_names(digest, sealed) for digest, sealed in _newest_first(dossier_code, newest)))
    return frozenset().union(*islice(named, NEWEST))


def names_by_dossier(*, dossier_codes: Collection[str]) -> dict[str, frozenset[str]]:
    """Return the same of many dossiers, by their codes: one query for a hundred, and more where a story is long."""
    names: dict[str, frozenset[str]] = {}
    asked = sorted(set(dossier_codes))
    for first in range(0, len(asked), _DOSSIERS_AT_ONCE):
        codes = asked[first : first + _DOSSIERS_AT_ONCE]
        newest: dict[str, list[tuple[int, str, bytes | memoryview]]] = defaultdict(list)
        for code, pk, digest, sealed in _NEWEST_OF_MANY.rows({"codes": codes}):
            newest[code].append((pk, digest, sealed))
        names |= {code: applicant_names(dossier_code=code, newest=newest[code]) for code in codes}
    return names


def _newest_first(dossier_code: str, newest: Sealed | None) -> Iterator[tuple[str, bytes | memoryview]]:
    """Yield what is still sealed of a dossier's states; steps name no applicant."""
    before = _AFTER_ALL
    for _ in range(MOST_READ // AT_ONCE):
        asked = {"code": dossier_code, "before": before, "most": AT_ONCE}
        rows = newest if newest is not None and before == _AFTER_ALL else _NEWEST.rows(asked)
        yield from ((digest, sealed) for _, digest, sealed in rows)
        if len(rows) < AT_ONCE:
            return
        before = rows[-1][0]


def _names(digest: str, sealed: bytes | memoryview) -> set[str]:
    try:
        document: Any = json.loads(unseal(bytes(sealed), bound_to=sealed_for(digest)))
    except (Unreadable, ValueError):
        return set()
    if not isinstance(document, dict):
        return set()
    said = [value for name, value in document.items() if name in NAMED_IN]
    said += [
        under[name] for place, name in _NAMED_UNDER if isinstance(under := document.get(place), dict) and name in under
    ]
    return {value for value in said if isinstance(value, str) and value.strip()}
