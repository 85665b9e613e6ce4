"""What is already known of the dossiers of a batch; one query, however many there are."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from procedures.calendar.rules import Effect, Limit, LimitUnit
from procedures.calendar.rules.nd_61_2018 import SUPPLEMENT_NOTICE_DAYS
from procedures.catalogue.rules import national_code_of
from procedures.transactions.queries.statements import KNOWN, PROCEDURES, TRANSACTIONS, answer
from procedures.transactions.rules.pauses import GrantedPause
from procedures.transactions.rules.terms import Terms, TermsOf
from procedures.vocabulary import MessageOutcome, SupplementRule
from units.queries import Remembered


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """A message that is kept already.

    `is_outside` tells that it is refused for its sender's boundary alone; `received_at` is ISO text.
    """

    content: dict[str, Any]
    id: int
    source: str
    kind: str
    digest: str
    outcome: str
    boundary: int | None
    may_overwrite: bool
    is_foreign: bool
    is_outside: bool
    received_at: str

    @property
    def came_at(self) -> dt.datetime:
        """When it came first."""
        return dt.datetime.fromisoformat(self.received_at)

    @property
    def is_counting(self) -> bool:
        """Tell whether it is part of a transaction."""
        return not self.is_rejected and self.outcome != MessageOutcome.WAITING

    @property
    def is_rejected(self) -> bool:
        """Tell whether it was refused, so that it is not part of any transaction."""
        return self.outcome == MessageOutcome.REJECTED

    @property
    def is_held(self) -> bool:
        """Tell whether it waits until its dossier is known to belong to its sender's subtree."""
        return self.outcome == MessageOutcome.WAITING and self.boundary is not None


@dataclass(frozen=True, slots=True)
class KnownTransaction:
    """What writing needs to know of a transaction that exists; `pauses` are those that hold for it."""

    id: int
    digest: str
    source_updated_at: Any
    is_closed: bool
    calendar_id: int
    pauses: tuple[GrantedPause, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of some dossiers, by their codes; `stamp` names the state of the organisation (Note [Stamps]).

    `aliases` tells by source and code which of the codes stand for another dossier, `numbers` by digest the references
    of applicants, `ids` those of messages to come.
    """

    stamp: str = ""
    transactions: Mapping[str, KnownTransaction] = field(default_factory=dict)
    messages: Mapping[str, list[KeptMessage]] = field(default_factory=dict)
    aliases: Mapping[tuple[str, str], str] = field(default_factory=dict)
    numbers: Mapping[bytes, str] = field(default_factory=dict)
    ids: Sequence[int] = ()

    def aliases_of(self, source: str) -> dict[str, str]:
        """Return which of the codes are aliases where this source tells them, and of which dossiers."""
        return {code: dossier for (teller, code), dossier in self.aliases.items() if teller == source}

    def heard_of_at(self, dossier_code: str) -> dt.datetime | None:
        """Return when the first message of a dossier came, None where none did."""
        return min((one.came_at for one in self.messages.get(dossier_code, ())), default=None)


def known_of(*, dossier_codes: Collection[str], digests: Collection[bytes] = (), coming: int = 0) -> Known:
    """Return every message of these dossiers, the transactions that exist, and the references of these numbers.

    And ids for as many messages as are `coming`. The rows stay as they are: the lock on the dossier holds other writers
    off.
    """
    asked = {"codes": list(dossier_codes), "digests": list(digests), "coming": coming}
    ((stamp, transactions, kept, aliases, numbers, ids),) = KNOWN.rows(asked)
    messages: dict[str, list[KeptMessage]] = defaultdict(list)
    for code, *columns in json.loads(kept or "[]"):
        messages[code].append(KeptMessage(*columns))
    meant = {(source, code): dossier for source, code, dossier in json.loads(aliases or "[]")}
    references = {bytes.fromhex(digest): ref for digest, ref in json.loads(numbers or "[]")}
    return Known(str(stamp), _transactions(transactions), messages, meant, references, ids or ())


def transactions_by_dossier(*, dossier_codes: Collection[str]) -> dict[str, KnownTransaction]:
    """Return the transactions of these dossiers that exist."""
    ((found,),) = TRANSACTIONS.rows({"codes": list(dossier_codes)})
    return _transactions(found)


def _transactions(told: str | None) -> dict[str, KnownTransaction]:
    instant = dt.datetime.fromisoformat
    return {
        code: KnownTransaction(pk, digest, instant(updated_at), bool(outcome), calendar, pauses_in(pauses))
        for code, pk, digest, updated_at, outcome, calendar, pauses in json.loads(told or "[]")
    }


def pauses_in(told: Iterable[tuple[str, str, int]] | None) -> tuple[GrantedPause, ...]:
    """Return the pauses of a list of `[begins_at, ends_at, reference]`."""
    instant = dt.datetime.fromisoformat
    return tuple(
        GrantedPause(instant(begins_at), instant(ends_at), reference) for begins_at, ends_at, reference in told or ()
    )


@dataclass(frozen=True, slots=True)
class Version:
    """A procedure's terms for a period (`valid` as PostgreSQL has it)."""

    id: int
    valid: Any
    terms: Terms


@dataclass(frozen=True, slots=True)
class KnownProcedure:
    """A procedure and all its versions."""

    id: int
    versions: tuple[Version, ...]

    def version_on(self, day: Any) -> Version | None:
        """Return the version in force on a day; without a day there is none."""
        return next((v for v in self.versions if day is not None and day in v.valid), None)


def procedures_by_code(*, codes: Iterable[str], stamp: str) -> dict[str, KnownProcedure]:
    """Return the procedures that exist, by the code as it was sent."""
    national = {code: national_code_of(code) for code in codes}
    if not national:
        return {}
    found = _known_procedures.of(stamp, set(national.values()))
    return {sent: known for sent, code in national.items() if (known := found[code])}


def _procedures(codes: list[str]) -> dict[str, KnownProcedure | None]:
    ids: dict[str, int] = {}
    versions: dict[str, list[Version]] = defaultdict(list)
    for code, pk, version_id, valid, amount, unit, rule, shifts, notice in answer(PROCEDURES, codes):
        ids[code] = pk
        if version_id is not None:
            terms = _terms(amount, unit or "", rule or "", late_receipt_shifts=bool(shifts), notice_days=notice)
            versions[code].append(Version(version_id, valid, terms))
    return {code: KnownProcedure(ids[code], tuple(versions[code])) if code in ids else None for code in codes}


_known_procedures = Remembered(_procedures)


def terms_of(procedures: Mapping[str, KnownProcedure]) -> TermsOf:
    """Return the finder of terms among these procedures."""

    def terms(code: str, day: dt.date | None) -> Terms:
        version = procedures[code].version_on(day)
        return version.terms if version else Terms(is_in_force=day is None)

    return terms


def _terms(
    amount: int | None, unit: str, supplement_rule: str, *, late_receipt_shifts: bool, notice_days: int | None
) -> Terms:
    return Terms(
        limit=_limit(amount, unit),
        unit=LimitUnit(unit) if unit else LimitUnit.WORKING_DAY,
        supplement_effect=Effect.PAUSE if supplement_rule == SupplementRule.PAUSE else Effect.RESTART,
        late_receipt_shifts=late_receipt_shifts,
        notice_days=SUPPLEMENT_NOTICE_DAYS if notice_days is None else notice_days,
    )


def _limit(amount: int | None, unit: str) -> Limit | None:
    try:
        return None if amount is None or not unit else Limit(amount, LimitUnit(unit))
    except ValueError:  # zero hours, or more than ten years: no limit that can be counted
        return None
