"""How much of what raters said is told below the inspectorate, and when: docs/decisions/0009-who-sees-ratings.md.

Note [Cells]: ratings of one unit, step and version of a form wait until at least five of weeks that are over are there;
these are then one cell, for good. What citizens gave by themselves and what passed through a unit's own hands (at its
counter, typed in by an official) are cells apart, and so are comments: of a mixed five a unit that sent four itself
would read the fifth. A cell is divided once, when it is made, into parts of five and more that have an official, a
field, a procedure or a channel in common. Everything that is told is the sum of whole parts, a cell is all of its own,
and no part is ever smaller. So whatever is subtracted from whatever, five people or nobody are left.

Note [Told for good]: who reads every week keeps what he was told, so the weeks may be subtracted from each other too.
Which questions a cell tells is settled when it is made. Ratings put aside later leave it five and more at a time, and
so do those among them who answered a question that is told, or one and not another (`may_lose`). Who left together is
known as a group from then on: if they count again they come back by themselves, all of them or five and more without
five and more, as a cell that tells no question; never with anybody else.
"""

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from feedback.ratings.rules.answers import FOUR_PLACES
from feedback.ratings.rules.forms import Form
from feedback.ratings.rules.survey import SATISFIED_FROM, is_of_survey
from feedback.vocabulary import HelperRole, RatingOrigin

FEWEST_TOGETHER = 5
"""Fewer people could be told apart (as in monitoring's figures, and by our choice the same number)."""

WEEK = dt.timedelta(days=7)
QUIET = dt.timedelta(days=2)
"""From the end of a week to its figures: nobody amends what he said of it any more, and the detector has looked."""

COMMENTS_WAIT = dt.timedelta(days=7)
"""From the end of a week to its comments: who stood at the counter last Tuesday is forgotten by then."""

T = TypeVar("T")


class Said(NamedTuple):
    """What one rating adds to its cell, and in which of its parts it stands."""

    normalised: Decimal
    is_dissatisfied: bool
    answers: Mapping[str, int]
    part: int = 0


class Labels(NamedTuple):
    """What the ratings of a part have in common (primary keys, words), in the order in which a cell is divided.

    None is not known of a rating, or not in common of a part. `channel` is how it was given, `dossier_channel` how the
    dossier was handed in.
    """

    official: int | None = None
    field: int | None = None
    procedure: int | None = None
    channel: str | None = None
    dossier_channel: str | None = None


class PartFigures(NamedTuple):
    """What is told of a part; `satisfied` and `points` are None where the form has not the survey's levels, 1 to 5."""

    answered: int
    dissatisfied: int
    satisfied: int | None
    points: Decimal | None


def latest_week(*, today: dt.date, waits: dt.timedelta) -> dt.date:
    """Return the last Monday whose week is over for so long that it may be told.

    Source: NĐ 61/2018, điều 27.3 (raters are kept secret); the number of days is our choice.
    """
    last = today - waits - WEEK
    return last - dt.timedelta(days=last.weekday())


def is_self_given(*, origin: RatingOrigin, helper_role: str) -> bool:
    """Tell whether a citizen gave a rating by himself: by right, and not through an official who typed it in.

    Source: NĐ 61/2018, điều 27.3 (raters are kept secret); who holds the counter, or the pen, knows what it sent.
    """
    return origin == RatingOrigin.RIGHT and helper_role != HelperRole.OFFICIAL


def may_leave(*, leaving: int, staying: int) -> bool:
    """Tell whether so many may be taken out of a part that was told already: five or more, and five or nobody stay.

    Source: NĐ 61/2018, điều 27.3; else the figure before and after would tell what a few people said.
    """
    return leaving >= FEWEST_TOGETHER and (staying == 0 or staying >= FEWEST_TOGETHER)


def may_lose(*, leaving: Sequence[Said], staying: Sequence[Said], told: Collection[str]) -> bool:
    """Tell whether ratings may be taken out of a cell, or of a group, of which these questions are told.

    Of all, of who answered a question, of who did not, and of who answered one and not another, nobody or five and more
    leave and nobody or five and more stay: else one telling less another would tell what a few people answered.

    Source: NĐ 61/2018, điều 27.3, as for `may_leave` (Note [Told for good]).
    """
    pairs = itertools.product((None, *told), repeat=2)
    groups = (_among(said, one, other) for one, other in pairs for said in (leaving, staying))
    return not any(map(_is_few, groups)) and all(_fits_parts(_who(code, staying), staying) for code in told)


def _among(said: Sequence[Said], one: str | None, other: str | None) -> int:
    """Return how many answered the one question (None: whatever) and not the other (None: whatever)."""
    return sum((one is None or one in rating.answers) and other not in rating.answers for rating in said)


def told_put_aside(*, before: int | None, now: int) -> int | None:
    """Return how many put aside are told beside a cell: None below five; a number that was told moves by five and more.

    Those who were put aside before they were told and those who left the cell are each a number of their own: who left
    is known from the cell, so of one number for both fewer than five others would be left.

    Source: NĐ 61/2018, điều 27.3, as for `may_leave`: who put the last one aside, and whose it was, is not to be seen.
    """
    if before is not None and abs(now - before) < FEWEST_TOGETHER:
        return before
    return now if now >= FEWEST_TOGETHER else None


def parts_of(members: Sequence[tuple[Labels, T]]) -> list[tuple[Labels, list[T]]]:
    """Divide a cell into parts of five and more, by officials first and then by each further label.

    What is too small for a part of its own stays together; where that is fewer than five, the smallest part joins it.

    Source: NĐ 61/2018, điều 27.3; else a total less its parts would tell what a few people said.
    """
    return _divided(members, Labels(), Labels._fields)


def _divided(members: Sequence[tuple[Labels, T]], common: Labels, names: Sequence[str]) -> list[tuple[Labels, list[T]]]:
    if not names:
        return [(common, [member for _, member in members])]
    name, *others = names
    groups: dict[Any, list[tuple[Labels, T]]] = defaultdict(list)
    for labels, member in members:
        groups[getattr(labels, name)].append((labels, member))
    large = sorted((len(group), value) for value, group in groups.items() if _is_group(value, group))
    small = [one for value, group in groups.items() if not _is_group(value, group) for one in group]
    while large and 0 < len(small) < FEWEST_TOGETHER:
        small += groups[large.pop(0)[1]]
    parts = _divided(small, common, others) if small else []
    for _, value in large:
        parts += _divided(groups[value], common._replace(**{name: value}), others)
    return parts


def _is_group(value: object, group: Sequence[object]) -> bool:
    return value is not None and len(group) >= FEWEST_TOGETHER


def part_figures(*, form: Form, dissatisfied: Sequence[bool], overall: Sequence[Decimal]) -> PartFigures:
    """Add up what a part says; both sequences have a value for each rating of this form.

    Source: as monitoring's survey metrics count (QĐ 1001/QĐ-BNV 2023 for the mean; the share from level 4 of 5).
    """
    if not is_of_survey(form):
        return PartFigures(len(overall), sum(dissatisfied), None, None)
    satisfied = sum(value >= SATISFIED_FROM for value in overall)
    return PartFigures(len(overall), sum(dissatisfied), satisfied, sum(overall, Decimal(0)))


def figures_of(said: Sequence[Said], *, criteria: Iterable[str], told: Collection[str] | None = None) -> dict[str, Any]:
    """Return what a cell tells: `answered`, `dissatisfied`, `mean` (normalised, as text), and each criterion's counts.

    A criterion is `{code, answered, counts}` with `counts` from value (as text) to how often; both are None where fewer
    than five answered it, or where fewer than five of those who answered it did not answer another one that is told, or
    the other way round, or where so few are between them and a sum of parts: whoever answers alike would be alone in
    the difference. Of a cell that is told already, `told` are the questions that it tells.

    Source: NĐ 61/2018, điều 27.3 (raters are kept secret); that five are enough is our choice.
    """
    if not said:
        return {"answered": 0, "dissatisfied": 0, "mean": None, "criteria": []}
    mean = sum((one.normalised for one in said), Decimal(0)) / len(said)
    return {
        "answered": len(said),
        "dissatisfied": sum(one.is_dissatisfied for one in said),
        "mean": str(mean.quantize(FOUR_PLACES)),
        "criteria": _criteria(list(criteria), said, told),
    }


def _criteria(codes: Sequence[str], said: Sequence[Said], told: Collection[str] | None) -> list[dict[str, Any]]:
    """Tell the criteria that are told already, or may be; nothing of fewer than five."""
    chosen = _tellable(codes, said) if told is None else told
    rows = [_criterion(code, said) for code in codes]
    return [row if row["code"] in chosen and row["answered"] >= FEWEST_TOGETHER else _untold(row) for row in rows]


def _tellable(codes: Sequence[str], said: Sequence[Said]) -> set[str]:
    """Return each criterion that may be told beside all, the parts, and those that more people answered."""
    who = {code: _who(code, said) for code in codes}
    told, beside = set(), [frozenset(range(len(said)))]
    for code in sorted(codes, key=lambda code: -len(who[code])):
        if all(_are_apart(who[code], others) for others in beside) and _fits_parts(who[code], said):
            told.add(code)
            beside.append(who[code])
    return told


def _who(code: str, said: Sequence[Said]) -> frozenset[int]:
    return frozenset(place for place, one in enumerate(said) if code in one.answers)


def _fits_parts(who: frozenset[int], said: Sequence[Said]) -> bool:
    """Tell whether these are apart from the least sum of parts that holds them and from the greatest that they hold."""
    parts: dict[int, set[int]] = defaultdict(set)
    for place, one in enumerate(said):
        parts[one.part].add(place)
    least = frozenset().union(*(part for part in parts.values() if part & who))
    greatest = frozenset().union(*(part for part in parts.values() if part <= who))
    return _are_apart(who, least) and _are_apart(who, greatest)


def _are_apart(some: frozenset[int], others: frozenset[int]) -> bool:
    """Tell whether nobody, or five and more, are among the ones and not among the others, both ways."""
    return not any(_is_few(len(rest)) for rest in (some - others, others - some))


def _is_few(number: int) -> bool:
    return 0 < number < FEWEST_TOGETHER


def _untold(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "answered": None, "counts": None}


def _criterion(code: str, said: Sequence[Said]) -> dict[str, Any]:
    values = [one.answers[code] for one in said if code in one.answers]
    return {"code": code, "answered": len(values), "counts": {str(v): values.count(v) for v in sorted(set(values))}}
