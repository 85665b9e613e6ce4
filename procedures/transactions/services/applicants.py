"""Exchange people's numbers for references, and turn the keys over under which the numbers are known.

Note [One person, one reference]: a number is looked for under every key in use, and a new one is written under all of
them at once. So a person keeps his reference while keys change, two writers with different lists of keys find each
other under the key they share, and neither two people nor two references ever fall together: a digest stands for one
number, and whoever finds a digest taken takes over its reference.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.db.transaction import atomic
from psycopg2.extras import execute_values

from procedures.prepared import Replanned, run_together, soon
from procedures.secrecy import fresh_reference, person_digests, person_keys, seal, sealing_key, unseal
from procedures.transactions.rules.applicants import Person
from procedures.transactions.rules.messages import Snapshot
from procedures.transactions.services.incoming import IncomingMessage, is_fileable

PLACE = "procedures_applicantnumber.number_sealed"
BATCH = 500
_KEEP = Replanned(
    "keep_numbers",
    """
INSERT INTO procedures_applicantnumber (digest, key_id, ref, number_sealed)
SELECT digest, key_id, ref, sealed
FROM unnest(%(digests)s, %(keys)s, %(refs)s, %(sealed)s) AS r(digest, key_id, ref, sealed)
ON CONFLICT (digest) DO NOTHING
""",
    sized_by="digests", digests="bytea[]", keys="varchar[]", refs="varchar[]", sealed="bytea[]",
)  # fmt: skip
_ADOPT = """
UPDATE procedures_applicantnumber n SET ref = a.ref
FROM (SELECT unnest(%s::text[]) AS own, unnest(%s::text[]) AS ref) a WHERE n.ref = a.own
"""
_LACKING = """
SELECT n.digest, n.ref, n.number_sealed FROM procedures_applicantnumber n
WHERE n.digest > %(after)s AND n.key_id = (SELECT min(o.key_id) FROM procedures_applicantnumber o WHERE o.ref = n.ref)
  AND EXISTS (SELECT FROM unnest(%(keys)s::text[]) AS k WHERE NOT EXISTS (
      SELECT FROM procedures_applicantnumber o WHERE o.ref = n.ref AND o.key_id = k))
ORDER BY n.digest LIMIT %(limit)s
"""
_SEALED_BEFORE = """
SELECT digest, number_sealed FROM procedures_applicantnumber
WHERE digest > %(after)s AND key_id = ANY(%(keys)s)
  AND substring(number_sealed from 2 for get_byte(number_sealed, 0)) <> %(sealing)s
ORDER BY digest LIMIT %(limit)s FOR UPDATE
"""
_RESEAL = """
UPDATE procedures_applicantnumber n SET number_sealed = r.sealed FROM (VALUES %s) AS r (digest, sealed)
WHERE n.digest = r.digest
"""
_FORGET = """
DELETE FROM procedures_applicantnumber n WHERE n.key_id <> ALL(%(keys)s) AND EXISTS (
    SELECT FROM procedures_applicantnumber o WHERE o.ref = n.ref AND o.key_id = ANY(%(keys)s))
"""
_STRANDED = "SELECT count(*) FROM procedures_applicantnumber WHERE key_id <> ALL(%(keys)s)"

Progress = Callable[[str, int], None]
"""Is told what is being done and to how many numbers it was done so far."""


@dataclass(frozen=True)
class Asked:
    """Whose references are asked for: the digests of each person's number by key id, and a reference of his own."""

    of_key: Mapping[Person, Mapping[str, bytes]]
    own: Mapping[Person, str]

    @property
    def digests(self) -> list[bytes]:
        """All digests, in their order."""
        return sorted(digest for of_key in self.of_key.values() for digest in of_key.values())


def ask_references(messages: Sequence[IncomingMessage]) -> Asked:
    """Let the numbers of the applicants be kept before whatever is asked next, so that each has a reference then.

    One statement, however many there are, and none where no message names anybody. It comes before any dossier is
    locked, so that writers of the same person and of the same dossier never wait for each other in a circle.
    """
    people = {one.applicant for one in messages if one.applicant and is_fileable(one)}
    asked = Asked(
        {person: person_digests(person.kind, person.number) for person in people},
        {person: fresh_reference(person.kind) for person in people},
    )
    values = sorted(
        (digest, key, asked.own[person], _sealed(digest, person.number))
        for person, of_key in asked.of_key.items() for key, digest in of_key.items()
    )  # fmt: skip
    if values:
        soon([_KEEP], _columns(values))
    return asked


def with_references(
    messages: Sequence[IncomingMessage], asked: Asked, known: Mapping[bytes, str]
) -> list[IncomingMessage]:
    """Return the messages with a reference in place of their applicant's number; `known` by digest."""
    if not asked.own:
        return list(messages)
    references = _references(asked, known)
    return [_naming(one, references) for one in messages]


def _naming(message: IncomingMessage, references: dict[Person, str]) -> IncomingMessage:
    if message.applicant not in references:
        return message
    ref = references[message.applicant]
    told = tuple(one._replace(applicant_ref=ref) if isinstance(one, Snapshot) else one for one in message.told)
    return replace(message, told=told, applicant=None)


def _references(asked: Asked, known: Mapping[bytes, str]) -> dict[Person, str]:
    found = {person: _oldest(asked.own[person], [known[one] for one in of_key.values()])
             for person, of_key in asked.of_key.items()}  # fmt: skip
    adopted = {
        asked.own[person]: ref for person, ref in found.items()
        if len({known[digest] for digest in asked.of_key[person].values()}) > 1
    }  # fmt: skip
    if adopted:
        with connection.cursor() as cursor:
            cursor.execute(_ADOPT, [list(adopted), list(adopted.values())])
    return found


def _columns(rows: Sequence[tuple[bytes, str, str, bytes]]) -> dict[str, list[Any]]:
    names = ("digests", "keys", "refs", "sealed")
    return {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}


def _oldest(own: str, refs: Sequence[str]) -> str:
    return next((ref for ref in refs if ref != own), own)


def _sealed(digest: bytes, number: str) -> bytes:
    return seal(number.encode(), bound_to=f"{PLACE}:{digest.hex()}")


@dataclass(frozen=True)
class Rekeyed:
    """What turning the keys over came to: digests written, numbers sealed anew, digests destroyed, left over.

    `stranded` digests stand under a key that is not in use and belong to nobody known under one that is.
    """

    written: int
    resealed: int
    destroyed: int
    stranded: int


def rekey(*, progress: Progress = lambda _what, _done: None) -> Rekeyed:
    """Know every person under every key in use and no other, and seal his number with the first key.

    Batches commit by themselves; begun again after an interruption it does what is left. Raises Unreadable when a key
    is gone under which a number is sealed.
    """
    keys = person_keys()
    written = _walk(lambda after: _write_lacking(after, keys), "written", progress)
    resealed = _walk(lambda after: _reseal(after, keys), "resealed", progress)
    with atomic(), connection.cursor() as cursor:
        cursor.execute(_FORGET, {"keys": keys})
        destroyed = cursor.rowcount
        cursor.execute(_STRANDED, {"keys": keys})
        return Rekeyed(written, resealed, destroyed, int(cursor.fetchone()[0]))


def _walk(work: Callable[[bytes], tuple[bytes | None, int]], what: str, progress: Progress) -> int:
    after: bytes | None = b""
    done = 0
    while after is not None:
        with atomic():
            after, count = work(after)
        done += count
        progress(what, done)
    return done


def _write_lacking(after: bytes, keys: list[str]) -> tuple[bytes | None, int]:
    with connection.cursor() as cursor:
        cursor.execute(_LACKING, {"after": after, "keys": keys, "limit": BATCH})
        rows = [(bytes(digest), ref, bytes(sealed)) for digest, ref, sealed in cursor.fetchall()]
    values = sorted(
        (new, key, ref, _sealed(new, number))
        for digest, ref, sealed in rows
        for number in [unseal(sealed, bound_to=f"{PLACE}:{digest.hex()}").decode()]
        for key, new in person_digests(ref.partition("_")[0], number).items()
    )
    if values:
        run_together([_KEEP], _columns(values))
    return (rows[-1][0] if rows else None), len(rows)


def _reseal(after: bytes, keys: list[str]) -> tuple[bytes | None, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            _SEALED_BEFORE, {"after": after, "keys": keys, "sealing": sealing_key().encode(), "limit": BATCH}
        )
        rows = [(bytes(digest), bytes(sealed)) for digest, sealed in cursor.fetchall()]
        values = [
            (digest, _sealed(digest, unseal(sealed, bound_to=f"{PLACE}:{digest.hex()}").decode()))
            for digest, sealed in rows
        ]
        if values:
            execute_values(cursor, _RESEAL, values, page_size=len(values))
    return (rows[-1][0] if rows else None), len(rows)
