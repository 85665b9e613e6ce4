"""Thông tư 01/2018/TT-VPCP, điều 13–15: nine indicators of 0, 1 or 2 points, their means and the classes.

In force from 2019-01-06; whether the points survive Thông tư 03/2025/TT-VPCP (2025-09-15) is not known, so they end
there. What the text leaves open is a named constant below, with our choice and its reason.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeVar

from feedback.assessments.rules.facts import Facts, Label, Standing
from feedback.vocabulary import OneStopLevel

_Class = TypeVar("_Class")

CODE = "TT01_2018"
VALID_FROM, VALID_UNTIL = dt.date(2019, 1, 6), dt.date(2025, 9, 15)
"""The first day in force and the first day after."""

LATE_WITHOUT_COMPLAINT = 0
"""Indicator 7 has no row for a late transaction without a complaint. We give 0: its rows for 1 and 2 both ask for
a transaction that was not late."""

PENDING_COMPLAINT = 0
"""The text leaves out only a complaint concluded false, so one that is not concluded yet gives 0, provisionally."""

ONLINE_SHARE_WITHOUT_PROCEDURES = 1
"""Indicator 9 has no row for enough online dossiers in too few procedures. We give 1: 2 asks for both, 0 for less."""

SETTLED_WITHOUT_ALL_RECEIVED = 0
"""Indicator 5's rows for 2 and 0 both fit who settles enough procedures on the spot and does not receive them all. We
give 0: its row knows no exception, and what is not received at the one-stop unit is not organised there."""


class Indicator(StrEnum):
    """The nine indicators of điều 13."""

    I1, I2, I3, I4, I5, I6, I7, I8, I9 = (f"I{number}" for number in range(1, 10))


BY_TRANSACTION = (Indicator.I1, Indicator.I2, Indicator.I3, Indicator.I4, Indicator.I7)
OF_UNITS = (Indicator.I5, Indicator.I6, Indicator.I8, Indicator.I9)
MOVED_BY_COMPLAINTS = frozenset({Indicator.I7, Indicator.I8})
"""What complaints move, and with them the total: whoever must not hear of a complaint must not read these."""


class Reason(StrEnum):
    """Why a transaction got its points in an indicator."""

    EARLY = "EARLY"
    ON_TIME = "ON_TIME"
    LATE = "LATE"
    STEP_EARLY = "STEP_EARLY"
    STEP_ON_TIME = "STEP_ON_TIME"
    STEP_LATE = "STEP_LATE"
    NO_CONTACT = "NO_CONTACT"
    ONE_CONTACT = "ONE_CONTACT"
    MORE_CONTACTS = "MORE_CONTACTS"
    NO_AGENCY = "NO_AGENCY"
    ONE_AGENCY = "ONE_AGENCY"
    MORE_AGENCIES = "MORE_AGENCIES"
    EARLY_NO_COMPLAINT = "EARLY_NO_COMPLAINT"
    ON_TIME_NO_COMPLAINT = "ON_TIME_NO_COMPLAINT"
    LATE_NO_COMPLAINT = "LATE_NO_COMPLAINT"
    EARLY_COMPLAINT_FALSE = "EARLY_COMPLAINT_FALSE"
    ON_TIME_COMPLAINT_FALSE = "ON_TIME_COMPLAINT_FALSE"
    LATE_COMPLAINT_FALSE = "LATE_COMPLAINT_FALSE"
    COMPLAINT_PENDING = "COMPLAINT_PENDING"
    COMPLAINT_UPHELD = "COMPLAINT_UPHELD"


class Score(NamedTuple):
    """Points, why, and whether a pending complaint may still change them."""

    points: int
    reason: Reason
    provisional: bool = False


_POINTS = {Label.EARLY: 2, Label.ON_TIME: 1, Label.LATE: 0}


def total_time(timeliness: Label) -> Score:
    """Score indicator 1: shorter than the legal limit 2, equal 1, longer 0.

    Source: Thông tư 01/2018/TT-VPCP, điều 13 (chỉ số 1).
    """
    return Score(_POINTS[timeliness], Reason(timeliness.upper()))


def own_time(step: Label | None, timeliness: Label) -> Score:
    """Score indicator 2: the subject's own step against its own due date; where it had none, as indicator 1.

    Source: Thông tư 01/2018/TT-VPCP, điều 13 (chỉ số 2); the fallback is our choice, because a step without a due
    date of its own has only the whole limit.
    """
    if step is None:
        return total_time(timeliness)
    return Score(_POINTS[step], Reason(f"STEP_{step.upper()}"))


def contacts_made(contacts: int) -> Score:
    """Score indicator 3: no further contact 2, one 1, more 0.

    Source: Thông tư 01/2018/TT-VPCP, điều 13 (chỉ số 3).
    """
    return (Score(2, Reason.NO_CONTACT), Score(1, Reason.ONE_CONTACT), Score(0, Reason.MORE_CONTACTS))[min(contacts, 2)]


def agencies_contacted(agencies: int) -> Score:
    """Score indicator 4: no agency 2, one (the one-stop unit) 1, more 0.

    Source: Thông tư 01/2018/TT-VPCP, điều 13 (chỉ số 4).
    """
    return (Score(2, Reason.NO_AGENCY), Score(1, Reason.ONE_AGENCY), Score(0, Reason.MORE_AGENCIES))[min(agencies, 2)]


def attitude(timeliness: Label, complaint: Standing) -> Score:
    """Score indicator 7: early without complaint 2, on time without 1, a complaint 0; one concluded false is not there.

    Source: Thông tư 01/2018/TT-VPCP, điều 13 (chỉ số 7).
    """
    if complaint is Standing.UPHELD:
        return Score(0, Reason.COMPLAINT_UPHELD)
    if complaint is Standing.PENDING:
        return Score(PENDING_COMPLAINT, Reason.COMPLAINT_PENDING, provisional=True)
    points = LATE_WITHOUT_COMPLAINT if timeliness is Label.LATE else _POINTS[timeliness]
    told = "COMPLAINT_FALSE" if complaint is Standing.FALSE else "NO_COMPLAINT"
    return Score(points, Reason(f"{timeliness.upper()}_{told}"))


def scores(facts: Facts) -> dict[Indicator, Score]:
    """Score a transaction in the five indicators that are kept by transaction; one without data is left out.

    Source: Thông tư 01/2018/TT-VPCP, điều 14 khoản 1, điều 15 khoản 1.
    """
    found = {
        Indicator.I1: total_time(facts.timeliness),
        Indicator.I2: own_time(facts.step, facts.timeliness),
        Indicator.I3: contacts_made(facts.contacts),
        Indicator.I7: attitude(facts.timeliness, facts.complaint),
    }
    if facts.agencies is not None:
        found[Indicator.I4] = agencies_contacted(facts.agencies)
    return dict(sorted(found.items()))


_SETTLED_SHARE = {OneStopLevel.PROVINCE: 20, OneStopLevel.DISTRICT: 50, OneStopLevel.COMMUNE: 100}
"""How many of a hundred listed procedures are settled on the spot for 2 points in indicator 5."""


def one_stop_organised(*, level: OneStopLevel, listed: int, received: int, settled: int) -> int:
    """Score indicator 5 of a unit: its procedures all received and returned at the one-stop unit 1, else 0.

    2 if a share of them is settled there too: province 20 %, district 50 %, commune all. `listed` are those that no
    exemption of điều 14.5 a, b takes off the list.

    Source: Thông tư 01/2018/TT-VPCP, điều 13 (chỉ số 5).
    """
    if received < listed:
        return SETTLED_WITHOUT_ALL_RECEIVED
    return 2 if settled * 100 >= listed * _SETTLED_SHARE[level] else 1


def procedures_published(*, correct: bool, posted: bool, electronic: bool) -> int:
    """Score indicator 6 of a unit: its procedures both posted and published electronically 2, one of the two 1, else 0.

    `correct`: correctly, fully and in time; otherwise 0.

    Source: Thông tư 01/2018/TT-VPCP, điều 13 (chỉ số 6).
    """
    return posted + electronic if correct else 0


def petitions_answered(*, received: int, on_time: int, prolonged: int) -> int:
    """Score indicator 8 of a unit: none, or all in time and none prolonged 2; from 90 % and none prolonged 1; else 0.

    Source: Thông tư 01/2018/TT-VPCP, điều 13 (chỉ số 8).
    """
    if prolonged:
        return 0
    if on_time == received:
        return 2
    return 1 if on_time * 100 >= received * 90 else 0


def online_services(*, procedures: int, procedures_online: int, dossiers: int, online: int, online_late: int) -> int:
    """Score indicator 9 of a unit by its shares of online procedures (20 %) and dossiers (30 %, 15 %), none late.

    Source: Thông tư 01/2018/TT-VPCP, điều 13 (chỉ số 9).
    """
    if online_late or online * 100 < dossiers * 15:
        return 0
    if online * 100 < dossiers * 30:
        return 1
    return 2 if procedures_online * 100 >= procedures * 20 else ONLINE_SHARE_WITHOUT_PROCEDURES


@dataclass(frozen=True)
class Mean:
    """An indicator over the transactions of a subject: the sum of points, how many, and the mean in tenths."""

    sum: int
    count: int
    tenths: int


def mean(total: int, count: int) -> Mean:
    """Average points over transactions, to one decimal, half-up (the text names no mode): 5 of 4 is 1.3.

    Raises ZeroDivisionError without transactions: no transactions, no mean.

    Source: Thông tư 01/2018/TT-VPCP, điều 15 khoản 1.
    """
    return Mean(total, count, (20 * total + count) // (2 * count))


class OfficialClass(StrEnum):
    """How far an official did his duty, worst first."""

    BELOW_70 = "below_70"
    FROM_70 = "from_70"
    FULL = "full"


class UnitClass(StrEnum):
    """How well a unit did, worst first."""

    WEAK = "weak"
    AVERAGE = "average"
    FAIR = "fair"
    GOOD = "good"
    EXCELLENT = "excellent"


def class_of_official(tenths: int) -> OfficialClass:
    """Class an official by his total in tenths of a point: from 5 full, from 3.5 at least 70 %, else below.

    Source: Thông tư 01/2018/TT-VPCP, điều 15 khoản 2.
    """
    return _reached(tenths, {50: OfficialClass.FULL, 35: OfficialClass.FROM_70}, OfficialClass.BELOW_70)


def class_of_unit(tenths: int) -> UnitClass:
    """Class a unit by its total in tenths: from 15 points excellent, 12 good, 9 fair, 6 average, else weak.

    Source: Thông tư 01/2018/TT-VPCP, điều 15 khoản 3.
    """
    steps = {150: UnitClass.EXCELLENT, 120: UnitClass.GOOD, 90: UnitClass.FAIR, 60: UnitClass.AVERAGE}
    return _reached(tenths, steps, UnitClass.WEAK)


def _reached(tenths: int, steps: Mapping[int, _Class], lowest: _Class) -> _Class:
    return next((name for floor, name in steps.items() if tenths >= floor), lowest)


class Result(NamedTuple):
    """A subject's means, total in tenths, and whether an indicator was left out or may still change."""

    means: dict[Indicator, Mean]
    tenths: int
    partial: bool
    provisional: bool


def result(counted: Iterable[tuple[Facts, int]], of_unit: Mapping[Indicator, int] | None) -> Result:
    """Add up a subject: facts with how many transactions had them; `of_unit` are a unit's own points, None an official.

    An indicator without data is left out of the total and makes the result partial; the thresholds stay as they are.

    Source: Thông tư 01/2018/TT-VPCP, điều 15 khoản 1; thresholds unscaled because the text scales nothing.
    """
    sums: dict[Indicator, list[int]] = {}
    provisional = False
    for facts, count in counted:
        for indicator, score in scores(facts).items():
            total = sums.setdefault(indicator, [0, 0])
            total[0] += score.points * count
            total[1] += count
            provisional |= score.provisional
    for indicator, points in (of_unit or {}).items():
        sums[indicator] = [points, 1]
    means = {indicator: mean(*sums[indicator]) for indicator in sorted(sums)}
    expected = BY_TRANSACTION if of_unit is None else BY_TRANSACTION + OF_UNITS
    return Result(
        means,
        sum(found.tenths for found in means.values()),
        partial=set(means) != set(expected),
        provisional=provisional,
    )
