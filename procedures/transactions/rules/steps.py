"""Steps: which are the same, which part of the service they are, whose name is nobody's."""

import base64
import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from procedures.transactions.rules.messages import StepTold
from procedures.vocabulary import Status, StepKind
from units.rules import folded, name_key

_NOBODY = frozenset({
    "can bo mot cua", "chuyen vien", "can bo", "cong chuc", "vien chuc", "can bo tiep nhan", "can bo xu ly",
    "can bo tiep nhan va tra ket qua", "bo phan mot cua", "bo phan tiep nhan va tra ket qua", "lanh dao", "he thong",
    "quan tri", "quan tri he thong", "admin", "administrator", "system", "van thu",
})  # fmt: skip
_CUT = ("...", "…")
_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)
_TOLD_OF_IT = (
    "post", "department", "unit_code", "unit_name", "official_code", "official_name", "started_at", "due_at",
)  # fmt: skip
_KINDS = {
    Status.REGISTERED: StepKind.RECEPTION,
    Status.RECEIVED: StepKind.RECEPTION,
    Status.REFUSED: StepKind.RECEPTION,
    Status.RETURNED: StepKind.RETURN,
}


@dataclass(frozen=True, slots=True)
class StepState:
    """A step as the fold leaves it; `key` is the same for the same step, whoever tells it."""

    key: str
    told: StepTold
    kind: StepKind


def steps_of(told: Iterable[StepTold]) -> tuple[StepState, ...]:
    """Return each step once, in the order of time; what is told of it differently is as the newest state told it.

    What a newer state does not say stays as it was told; a step that came alone, without a state, only fills gaps.
    Two names at one moment stay two steps.

    Source: our choice, because senders repeat the whole progress each night, and correct it so.
    """
    tellings: dict[str, list[StepTold]] = {}
    for one in told:
        tellings.setdefault(key_of(one), []).append(one)
    states = [
        StepState(key, _newest(of_one), _KINDS.get(Status(of_one[0].status), StepKind.SETTLEMENT))
        for key, of_one in tellings.items()
    ]
    return tuple(sorted(states, key=lambda state: (state.told.at, Status(state.told.status).code, state.key)))


def key_of(step: StepTold) -> str:
    """Return the name of a step: a digest of when, what status, what was done, by whom (43 letters).

    Source: our choice, because no sender gives a step a number.
    """
    at = step.at.astimezone(dt.UTC).isoformat()
    parts = "\x1f".join((at, step.status, step.content, step.official_code or step.official_name))
    return base64.urlsafe_b64encode(hashlib.sha256(parts.encode()).digest()).decode()[:43]


def differs(one: StepTold, other: StepTold) -> bool:
    """Tell whether something is told of a step by both, but not the same.

    Source: our choice, because what one of them leaves open is no contradiction.
    """
    pairs = ((getattr(one, name), getattr(other, name)) for name in _TOLD_OF_IT)
    return any(first and second and first != second for first, second in pairs)


def key_of_person(name: str) -> str:
    """Return the name as people are compared; "" for a constant of the sender's software, which is no person.

    Source: our choice, because a post is not a person ("Cán bộ một cửa").
    """
    return "" if not name or folded(name) in _NOBODY else name_key(name)


def is_cut(name: str) -> bool:
    """Tell whether a name was cut by the sender's software: half a name may be anybody's, only people can tell whose.

    Source: our choice, because one sender cuts at 46 letters and adds "...".
    """
    return name.endswith(_CUT)


def whole_part(name: str) -> str:
    """Return what is left of a cut name, and any other name as it is.

    Source: our choice (see is_cut).
    """
    return next((name.removesuffix(mark) for mark in _CUT if name.endswith(mark)), name)


def _newest(tellings: Sequence[StepTold]) -> StepTold:
    """Return a step with, field by field, what was told of it last; of one instant the greatest value."""
    first = tellings[0]._replace(told_at=None)
    if len(tellings) == 1:
        return first
    changes = {}
    for name in _TOLD_OF_IT:
        said = [(one.told_at or _NEVER, value) for one in tellings if (value := getattr(one, name))]
        changes[name] = max(said)[1] if said else getattr(first, name)
    return first._replace(**changes)
