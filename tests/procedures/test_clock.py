"""The clock of a transaction: promise, pause, restart, and what they leave of the due date."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procedures.calendar.rules import (
    Cause,
    Clock,
    DayReason,
    Effect,
    Interruption,
    Limit,
    LimitUnit,
    clock,
    days_in_words,
    due_at,
)
from tests.procedures.day_by_day import Pencil, Period, walk_to_due_day, walk_to_due_minute
from tests.procedures.vietnamese_days import CALENDAR, WITH_HALF_FRIDAYS, at, at_closing

TEN_DAYS = Limit(10, LimitUnit.WORKING_DAY)
RECEIVED = at("2024-03-04T08:00")
WAITING_FOR_PAPERS = (
    "Since 08:00 06/03/2024: waiting for missing papers; "
    "the limit is counted again from the start once the dossier is complete."
)
LAST_MINUTE = 60 * 24 * 90


def supplement(begin: str, end: str | None = None) -> Interruption:
    return Interruption(Cause.SUPPLEMENT, Effect.RESTART, at(begin), at(end) if end else None)


def payment(begin: str, end: str | None = None) -> Interruption:
    return Interruption(Cause.FINANCIAL_DUTY, Effect.PAUSE, at(begin), at(end) if end else None)


def clock_of(
    *interruptions: Interruption,
    received: datetime = RECEIVED,
    promised: datetime | None = None,
    limit: Limit | None = TEN_DAYS,
    ended: datetime | None = None,
    as_of: datetime | None = None,
    unit: LimitUnit = LimitUnit.WORKING_DAY,
) -> Clock:
    return clock(received, promised, limit, interruptions, CALENDAR, ended, as_of=as_of, unit=unit)


def minutes_after(minutes: int) -> datetime:
    return RECEIVED + timedelta(minutes=minutes)


def exclusion_of(span: Period) -> Interruption:
    return Interruption(Cause.EXCLUSION, Effect.PAUSE, *span)


@st.composite
def interruptions(draw: st.DrawFn) -> Interruption:
    begin, end = sorted([draw(st.integers(-999, LAST_MINUTE)), draw(st.integers(-999, LAST_MINUTE))])
    is_open = draw(st.integers(0, 9)) == 0
    cause = draw(st.sampled_from([Cause.SUPPLEMENT, Cause.FINANCIAL_DUTY, Cause.SECTOR_LAW, Cause.EXCLUSION]))
    if cause is Cause.EXCLUSION:
        return exclusion_of((minutes_after(begin), minutes_after(end)))
    return Interruption(
        cause, draw(st.sampled_from(Effect)), minutes_after(begin), None if is_open else minutes_after(end)
    )


many = st.lists(interruptions(), max_size=5)
ends = st.none() | st.integers(1, LAST_MINUTE).map(minutes_after)
limits = st.none() | st.builds(Limit, st.integers(1, 30), st.sampled_from(LimitUnit))
promises = st.none() | st.integers(0, LAST_MINUTE).map(minutes_after)


def payment_of(span: Period) -> Interruption:
    return Interruption(Cause.FINANCIAL_DUTY, Effect.PAUSE, *span)


def supplement_of(span: Period) -> Interruption:
    return Interruption(Cause.SUPPLEMENT, Effect.RESTART, *span)


def excluded(begin: str, end: str) -> Interruption:
    return exclusion_of((at(begin), at(end)))


hours_of_the_year = st.integers(0, 24 * 400).map(lambda hours: at("2024-01-01T00:00") + timedelta(hours=hours))
waits = st.lists(st.tuples(st.integers(1, 24 * 8), st.integers(1, 24 * 8), st.booleans()), max_size=4)
exclusions = st.lists(st.tuples(st.integers(-30, 24 * 25), st.integers(1, 24 * 6)), max_size=4)
ways = st.tuples(st.booleans(), st.booleans(), st.booleans())


def in_turn(since: datetime, waits: Sequence[tuple[int, int, bool]]) -> list[tuple[Period, bool]]:
    """Put waits one after the other: so many hours after the last one, for so many hours."""
    told: list[tuple[Period, bool]] = []
    for gap, length, starts_again in waits:
        begin = since + timedelta(hours=gap)
        since = begin + timedelta(hours=length)
        told.append(((begin, since), starts_again))
    return told


def hours_after(since: datetime, spans: Sequence[tuple[int, int]]) -> list[Period]:
    return [(since + timedelta(hours=a), since + timedelta(hours=a + n)) for a, n in spans]


class TestPromise:
    """The due date starts from what the sender promised the citizen.  Source: the sample histories."""

    def test_the_promise_is_the_original_due_date_even_when_the_limit_says_otherwise(self) -> None:
        answer = clock_of(promised=at_closing("2024-03-11"))

        assert answer.due_at_original == answer.due_at == at_closing("2024-03-11")

    def test_without_a_promise_the_limit_is_counted_from_receipt(self) -> None:
        assert clock_of().due_at_original == clock_of().due_at == at_closing("2024-03-18")

    def test_history_h06_without_promise_and_limit_nothing_is_due(self) -> None:
        answer = clock_of(limit=None)

        assert (answer.due_at_original, answer.due_at, answer.counted) == (None, None, ())
        assert not answer.stands

    @pytest.mark.parametrize("unit", LimitUnit)
    @pytest.mark.parametrize("hour", ["11:00", "17:00"])
    def test_a_promise_of_a_day_off_ends_with_the_next_working_day(self, unit: LimitUnit, hour: str) -> None:
        answer = clock_of(promised=at(f"2024-03-09T{hour}"), limit=None, unit=unit)

        assert (answer.due_at_original, answer.due_at) == (at(f"2024-03-09T{hour}"), at_closing("2024-03-11"))
        told = days_in_words(answer)
        assert f"Ngày hẹn trả kết quả ban đầu: {hour} 09/03/2024." in told
        assert "Hạn trả kết quả: 17:00 11/03/2024." in told
        if unit is not LimitUnit.HOUR:
            assert "Ngày cuối của thời hạn rơi vào ngày nghỉ, nên hạn chuyển sang ngày làm việc tiếp theo." in told

    def test_a_promise_of_a_day_that_another_edition_makes_a_day_off_moves_with_it(self) -> None:
        friday = at_closing("2024-03-08")
        edition = replace(CALENDAR, version="2", days_off={**CALENDAR.days_off, friday.date(): "Nghỉ mẫu"})

        answers = [clock(RECEIVED, friday, None, [], calendar, None) for calendar in (CALENDAR, edition)]

        assert [one.due_at for one in answers] == [friday, at_closing("2024-03-11")]

    def test_a_pause_moves_a_promise_of_a_day_off_by_the_days_that_it_takes(self) -> None:
        two_days = payment("2024-03-05T09:00", "2024-03-07T09:00")

        answer = clock_of(two_days, promised=at_closing("2024-03-09"), limit=None)

        assert answer.due_at == at_closing("2024-03-12")

    def test_a_promise_of_a_day_before_the_receipt_is_no_promise(self) -> None:
        assert clock_of(promised=at_closing("2023-03-11")).due_at == at_closing("2024-03-18")


class TestSupplement:
    """The limit is counted again once the full dossier is in (our words).  Source: NĐ 61/2018, điều 19 khoản 4."""

    FIRST = supplement("2024-10-03T15:10", "2024-10-10T09:00")
    SECOND = supplement("2024-10-16T10:30", "2024-10-21T08:20")

    def h04(self, *given_: Interruption, limit: Limit | None = None, ended: datetime | None = None) -> Clock:
        received, promised = at("2024-10-01T14:20"), at_closing("2024-10-15")
        return clock_of(*given_, received=received, promised=promised, limit=limit, ended=ended)

    def test_history_h04_one_supplement_counts_the_implied_limit_again(self) -> None:
        assert self.h04(self.FIRST).due_at == at_closing("2024-10-24")

    @pytest.mark.parametrize("limit", [None, TEN_DAYS])
    def test_history_h04_two_supplements_count_it_twice(self, limit: Limit | None) -> None:
        answer = self.h04(self.SECOND, self.FIRST, limit=limit, ended=at("2024-10-31T16:00"))

        assert answer.due_at_original == at_closing("2024-10-15")
        assert answer.due_at == at_closing("2024-11-04")
        assert answer.limit == TEN_DAYS
        assert answer.days_used == 8

    def test_while_a_supplement_is_open_nothing_is_due(self) -> None:
        answer = self.h04(supplement("2024-10-03T15:10"))

        assert answer.due_at is None
        assert answer.stands
        assert answer.due_at_original == at_closing("2024-10-15")
        assert answer.days_used is None

    def test_the_days_before_a_restart_are_listed_as_started_again(self) -> None:
        listed = {f"{day.day:%m-%d}": day.reason for day in self.h04(self.FIRST).counted}

        assert listed["10-02"] is listed["10-03"] is DayReason.STARTED_AGAIN
        assert listed["10-04"] is DayReason.AWAITING_SUPPLEMENT
        assert listed["10-10"] is DayReason.RECEIVED
        assert listed["10-24"] is DayReason.COUNTED

    def test_the_intervals_tell_what_counted_and_why_not(self) -> None:
        answer = self.h04(self.FIRST, ended=at("2024-10-20T16:00"))

        assert [(i.begins_at, i.cause, i.counts, i.effect) for i in answer.intervals] == [
            (at("2024-10-01T14:20"), Cause.PROCESSING, True, None),
            (at("2024-10-03T15:10"), Cause.SUPPLEMENT, False, Effect.RESTART),
            (at("2024-10-10T09:00"), Cause.PROCESSING, True, None),
        ]

    def test_a_limit_in_calendar_days_is_counted_again_in_calendar_days(self) -> None:
        answer = clock_of(
            supplement("2025-06-26T08:00", "2025-07-01T08:00"),
            received=at("2025-06-25T08:25"),
            promised=at_closing("2025-07-25"),
            limit=None,
            unit=LimitUnit.CALENDAR_DAY,
        )

        assert answer.due_at == at_closing("2025-07-31")

    def test_a_request_after_the_due_day_does_not_make_a_late_dossier_timely(self) -> None:
        answer = clock_of(supplement("2024-03-19T08:00", "2024-03-20T08:00"))

        assert answer.due_at == at_closing("2024-03-18")
        assert answer.too_late_from == at("2024-03-19T08:00")
        assert [(i.counts, i.effect) for i in answer.intervals] == [(True, None)] * 3

    def test_a_request_on_the_due_day_still_starts_the_limit_again(self) -> None:
        assert clock_of(supplement("2024-03-18T16:59", "2024-03-20T08:00")).due_at == at_closing("2024-04-03")

    def test_a_supplement_that_never_came_leaves_the_request_to_be_judged(self) -> None:
        in_time = clock_of(supplement("2024-03-18T09:00"), ended=at("2024-04-10T09:00"))
        too_late = clock_of(supplement("2024-03-19T09:00"), ended=at("2024-04-10T09:00"))

        assert in_time.due_at == at_closing("2024-04-10")
        assert too_late.due_at == at_closing("2024-03-18")

    def test_a_request_told_twice_takes_the_answer_that_is_known(self) -> None:
        once = self.h04(self.FIRST)

        assert self.h04(supplement("2024-10-03T15:10"), self.FIRST) == once
        assert self.h04(self.FIRST, supplement("2024-10-03T15:10")) == once


class TestPause:
    """While the applicant has a financial duty to do the clock stands.  Source: our choice, after history H12."""

    H12 = payment("2024-12-05T09:00", "2024-12-19T10:15")

    def h12(self, *given_: Interruption) -> Clock:
        received, promised = at("2024-12-02T08:40"), at_closing("2024-12-16")
        return clock_of(*given_, received=received, promised=promised, limit=None, ended=at("2024-12-26T15:00"))

    def test_history_h12_the_due_date_moves_by_the_working_days_of_the_pause(self) -> None:
        answer = self.h12(self.H12)

        assert (answer.due_at_original, answer.due_at) == (at_closing("2024-12-16"), at_closing("2024-12-30"))
        assert answer.days_used == 8
        assert sum(day.counts for day in answer.counted) == 10
        assert sum(day.reason is DayReason.PAUSED for day in answer.counted) == 14

    def test_overlapping_pauses_are_paused_once(self) -> None:
        parts = (payment("2024-12-05T09:00", "2024-12-12T09:00"), payment("2024-12-10T09:00", "2024-12-19T10:15"))

        assert self.h12(*parts).due_at == at_closing("2024-12-30")

    def test_a_pause_that_begins_and_ends_on_one_day_moves_nothing(self) -> None:
        assert self.h12(payment("2024-12-05T09:00", "2024-12-05T16:00")).due_at == at_closing("2024-12-16")

    def test_a_pause_before_a_receipt_on_a_day_off_counts_moves_nothing(self) -> None:
        saturday = at("2024-03-09T08:00")

        answer = clock_of(payment("2024-03-09T10:00", "2024-03-11T11:00"), received=saturday)

        assert answer.due_at == answer.due_at_original == at_closing("2024-03-25")

    def test_a_pause_between_the_last_day_and_the_day_it_rolls_to_leaves_the_day_it_ends(self) -> None:
        ends_on_saturday = Limit(12, LimitUnit.CALENDAR_DAY)

        answer = clock_of(payment("2024-03-18T09:00", "2024-03-20T09:00"), limit=ends_on_saturday)

        assert answer.due_at_original == at_closing("2024-03-18")
        assert answer.due_at == at_closing("2024-03-20")
        assert sum(day.counts for day in answer.counted) == 12

    def test_a_pause_on_the_due_day_that_ends_on_a_day_off_leaves_the_next_working_day(self) -> None:
        received = at("2024-03-01T08:00")

        answer = clock_of(payment("2024-03-15T09:00", "2024-03-16T09:00"), received=received)

        assert answer.due_at_original == at_closing("2024-03-15")
        assert answer.due_at == at_closing("2024-03-18")

    def test_a_limit_in_calendar_days_moves_by_calendar_days_and_then_rolls(self) -> None:
        ten = Limit(10, LimitUnit.CALENDAR_DAY)

        answer = clock_of(payment("2024-03-06T09:00", "2024-03-08T09:00"), limit=ten)

        assert answer.due_at_original == at_closing("2024-03-14")
        assert answer.due_at == at_closing("2024-03-18")

    def test_a_limit_in_hours_moves_by_the_office_time_of_the_pause(self) -> None:
        hours = Limit(16, LimitUnit.HOUR)
        done = at("2024-03-06T10:00")

        answer = clock_of(payment("2024-03-04T10:00", "2024-03-05T14:00"), limit=hours, ended=done)

        assert answer.due_at_original == at("2024-03-06T08:00")
        assert answer.due_at == at("2024-03-07T10:00")
        assert answer.minutes_used == 60 * (2 + 3 + 3)
        assert answer.days_used is None

    def test_a_pause_inside_a_restart_changes_nothing(self) -> None:
        wait = supplement("2024-03-06T08:00", "2024-03-12T08:00")

        assert clock_of(payment("2024-03-07T08:00", "2024-03-08T08:00"), wait).due_at == clock_of(wait).due_at

    def test_a_pause_that_outlasts_a_restart_pauses_the_new_limit(self) -> None:
        wait = supplement("2024-03-06T08:00", "2024-03-12T08:00")

        answer = clock_of(wait, payment("2024-03-07T08:00", "2024-03-14T08:00"))

        assert clock_of(wait).due_at == at_closing("2024-03-26")
        assert answer.due_at == at_closing("2024-03-28")

    def test_an_interruption_cannot_end_before_it_begins(self) -> None:
        with pytest.raises(ValueError, match="before it begins"):
            payment("2024-12-05T09:00", "2024-12-04T09:00")


class TestExclusion:
    """A working day is taken out when all its office hours are excluded (our words).  Source: our choice."""

    FIVE = Limit(5, LimitUnit.WORKING_DAY)

    @pytest.mark.parametrize(
        ("begin", "end", "due"),
        [
            ("2024-03-06T07:00", "2024-03-06T17:00", "2024-03-12"),
            ("2024-03-06T00:00", "2024-03-07T00:00", "2024-03-12"),
            ("2024-03-05T17:00", "2024-03-07T07:00", "2024-03-12"),
            ("2024-03-06T07:30", "2024-03-06T17:00", "2024-03-11"),
            ("2024-03-05T17:30", "2024-03-06T06:30", "2024-03-11"),
            ("2024-03-08T17:30", "2024-03-11T06:30", "2024-03-11"),
            ("2024-03-08T07:00", "2024-03-11T17:00", "2024-03-13"),
            ("2024-03-11T13:00", "2024-03-12T09:00", "2024-03-12"),
            ("2024-03-11T17:30", "2024-03-14T17:00", "2024-03-11"),
        ],
    )
    def test_it_makes_no_difference_how_a_day_is_written(self, begin: str, end: str, due: str) -> None:
        assert clock_of(excluded(begin, end), limit=self.FIVE).due_at == at_closing(due)

    def test_two_halves_are_a_day_and_one_is_none(self) -> None:
        morning, afternoon = (
            excluded("2024-03-06T07:00", "2024-03-06T11:00"),
            excluded("2024-03-06T13:00", "2024-03-06T17:00"),
        )

        assert clock_of(morning, limit=self.FIVE).due_at == at_closing("2024-03-11")
        assert clock_of(afternoon, morning, limit=self.FIVE).due_at == at_closing("2024-03-12")

    def test_a_half_day_is_a_whole_working_day(self) -> None:
        friday = excluded("2024-03-08T07:00", "2024-03-08T11:00")

        answer = clock(RECEIVED, None, self.FIVE, [friday], WITH_HALF_FRIDAYS, None)

        assert answer.due_at == at_closing("2024-03-12")

    def test_a_limit_in_calendar_days_gets_the_days_off_between_two_days_taken(self) -> None:
        ten = Limit(10, LimitUnit.CALENDAR_DAY)

        over_the_weekend = clock_of(excluded("2024-03-08T07:00", "2024-03-11T17:00"), limit=ten)
        a_weekend = clock_of(excluded("2024-03-08T17:30", "2024-03-11T06:30"), limit=ten)

        assert (over_the_weekend.due_at, a_weekend.due_at) == (at_closing("2024-03-18"), at_closing("2024-03-14"))

    def test_a_day_that_it_takes_is_listed_as_paused_and_one_that_it_only_touches_counts(self) -> None:
        answer = clock_of(excluded("2024-03-05T10:00", "2024-03-07T10:00"), limit=self.FIVE)

        listed = {f"{day.day:%m-%d}": day.reason for day in answer.counted}
        assert [listed[day] for day in ("03-05", "03-06", "03-07")] == [
            DayReason.COUNTED, DayReason.PAUSED, DayReason.COUNTED,
        ]  # fmt: skip

    @given(received=hours_of_the_year, amount=st.integers(1, 15), spans=exclusions, how=ways)
    @settings(deadline=None)
    def test_what_covers_the_same_office_time_moves_the_due_date_alike(
        self, received: datetime, amount: int, spans: Sequence[tuple[int, int]], how: tuple[bool, bool, bool]
    ) -> None:
        only_working_days, has_half_fridays, _ = how
        unit = LimitUnit.WORKING_DAY if only_working_days else LimitUnit.CALENDAR_DAY
        calendar = WITH_HALF_FRIDAYS if has_half_fridays else CALENDAR
        pencil = Pencil(amount, only_working_days, moves_after_three=False, has_half_fridays=has_half_fridays)
        shut = hours_after(received.replace(minute=0), spans)
        days = {(begin + timedelta(days=n)).date() for begin, end in shut for n in range((end - begin).days + 2)}
        hours = [hour for day in days for hour in pencil.hours_of(day) if any(a <= hour < b for a, b in shut)]

        whole = clock(received, None, Limit(amount, unit), map(exclusion_of, shut), calendar, None)
        pieces = [exclusion_of((hour, hour + timedelta(hours=1))) for hour in hours]
        by_hours = clock(received, None, Limit(amount, unit), pieces, calendar, None)

        assert by_hours.due_at == whole.due_at


class TestEveryClock:
    """The state is a function of the set of what was told.  Source: our choice, because senders tell in any order."""

    @given(given_=many.flatmap(lambda all_: st.tuples(st.just(all_), st.permutations(all_))), ended=ends, limit=limits)
    def test_the_order_of_the_interruptions_changes_nothing(
        self, given_: tuple[list[Interruption], list[Interruption]], ended: datetime | None, limit: Limit | None
    ) -> None:
        one, other = given_

        assert clock_of(*one, limit=limit, ended=ended) == clock_of(*other, limit=limit, ended=ended)

    @given(given_=many, ended=ends, limit=limits)
    def test_telling_everything_twice_changes_nothing(
        self, given_: list[Interruption], ended: datetime | None, limit: Limit | None
    ) -> None:
        once = clock_of(*given_, limit=limit, ended=ended)

        assert clock_of(*given_, *given_, limit=limit, ended=ended) == once

    @given(given_=many, ended=ends, limit=limits, promised=promises)
    def test_the_intervals_cover_the_time_without_gap_or_overlap(
        self, given_: list[Interruption], ended: datetime | None, limit: Limit | None, promised: datetime | None
    ) -> None:
        intervals = clock_of(*given_, limit=limit, ended=ended, promised=promised).intervals

        assert intervals[0].begins_at == RECEIVED
        assert intervals[-1].ends_at == ended
        assert all(a.ends_at == b.begins_at for a, b in pairwise(intervals))

    @given(given_=many, ended=ends, limit=limits, promised=promises)
    def test_interruptions_never_bring_the_due_date_forward_when_it_was_counted(
        self, given_: list[Interruption], ended: datetime | None, limit: Limit | None, promised: datetime | None
    ) -> None:
        answer = clock_of(*given_, limit=limit, ended=ended)

        assert answer.due_at is None or answer.due_at_original is None or answer.due_at >= answer.due_at_original
        assert days_in_words(clock_of(*given_, limit=limit, ended=ended, promised=promised))

    @given(given_=many, ended=ends, amount=st.integers(1, 30), unit=st.sampled_from(LimitUnit))
    def test_a_due_day_is_listed_last_and_each_day_once(
        self, given_: list[Interruption], ended: datetime | None, amount: int, unit: LimitUnit
    ) -> None:
        answer = clock_of(*given_, limit=Limit(amount, unit), ended=ended)

        listed = [day.day for day in answer.counted]
        assert listed == [listed[0] + timedelta(days=n) for n in range(len(listed))]
        assert listed[0] == RECEIVED.date()
        assert answer.due_at is None or listed[-1] == answer.due_at.date()

    @given(given_=many, ended=ends, amount=st.integers(1, 30), days=st.booleans())
    def test_exactly_the_limit_is_listed_as_counted(
        self, given_: list[Interruption], ended: datetime | None, amount: int, *, days: bool
    ) -> None:
        unit = LimitUnit.WORKING_DAY if days else LimitUnit.CALENDAR_DAY

        answer = clock_of(*given_, limit=Limit(amount, unit), ended=ended)

        assert answer.stands or sum(day.counts for day in answer.counted) == amount


class TestAgainstTheWalk:
    """The clock agrees with a walk from day to day, written apart from it."""

    @given(
        received=st.dates(date(2024, 1, 1), date(2025, 6, 1)),
        amount=st.integers(0, 30),
        spans=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 30)), max_size=4),
        only_working_days=st.booleans(),
    )
    def test_pauses(
        self, received: date, amount: int, spans: Sequence[tuple[int, int]], *, only_working_days: bool
    ) -> None:
        pauses = [(received + timedelta(days=a), received + timedelta(days=a + n)) for a, n in spans]
        unit = LimitUnit.WORKING_DAY if only_working_days else LimitUnit.CALENDAR_DAY

        answer = clock_of(
            *(payment(f"{first}T10:00", f"{last}T11:00") for first, last in pauses),
            received=at(f"{received}T08:00"),
            limit=Limit(amount, unit),
        )

        walked = walk_to_due_day(received, amount, only_working_days=only_working_days, pauses=pauses)
        assert answer.due_at == at_closing(f"{walked}")

    @given(received=hours_of_the_year, amount=st.integers(1, 15), waits=waits, excluded=exclusions, how=ways)
    @settings(max_examples=300, deadline=None)
    def test_waits_restarts_and_exclusions_one_after_the_other_and_across(
        self,
        received: datetime,
        amount: int,
        waits: Sequence[tuple[int, int, bool]],
        excluded: Sequence[tuple[int, int]],
        how: tuple[bool, bool, bool],
    ) -> None:
        """At any hour, with the rule of 15:00, in working and calendar days, with half days: a day is taken once."""
        only_working_days, moves_after_three, has_half_fridays = how
        told, shut = in_turn(received, waits), hours_after(received, excluded)
        stops = [
            *(supplement_of(span) if starts_again else payment_of(span) for span, starts_again in told),
            *(exclusion_of(span) for span in shut),
        ]

        answer = clock(
            received, None, Limit(amount, LimitUnit.WORKING_DAY if only_working_days else LimitUnit.CALENDAR_DAY),
            stops, WITH_HALF_FRIDAYS if has_half_fridays else CALENDAR, None, late_receipt_shifts=moves_after_three,
        )  # fmt: skip

        pencil = Pencil(amount, only_working_days, moves_after_three, shut, has_half_fridays)
        assert answer.due_at is not None
        assert answer.due_at.date() == pencil.walk(received, told)
        assert sum(day.counts for day in answer.counted) == amount

    @given(
        received=st.dates(date(2024, 3, 1), date(2025, 6, 1)),
        hours=st.integers(1, 40),
        spans=st.lists(st.tuples(st.integers(0, 60 * 24 * 6), st.integers(1, 60 * 24 * 5)), max_size=2),
    )
    @settings(max_examples=60, deadline=None)
    def test_hours_of_an_office_with_a_half_day_and_exclusions(
        self, received: date, hours: int, spans: Sequence[tuple[int, int]]
    ) -> None:
        """Office hours 7–11 and 13–17, Friday mornings only, walked minute by minute."""
        received_at = at(f"{received}T08:00")
        pauses: list[tuple[datetime, datetime]] = []
        for begin, length in spans:
            due = walk_to_due_minute(received_at, hours * 60, pauses)
            first = max([last for _, last in pauses], default=received_at) + timedelta(minutes=begin)
            if first < due:
                pauses.append((first, first + timedelta(minutes=length)))

        answer = clock(
            received_at, None, Limit(hours, LimitUnit.HOUR),
            [Interruption(Cause.EXCLUSION, Effect.PAUSE, *pause) for pause in pauses], WITH_HALF_FRIDAYS, None,
            unit=LimitUnit.HOUR,
        )  # fmt: skip

        assert answer.due_at == walk_to_due_minute(received_at, hours * 60, pauses)

    @given(received=st.dates(date(2024, 1, 1), date(2025, 6, 1)), amount=st.integers(1, 20), gaps=st.data())
    def test_supplements(self, received: date, amount: int, gaps: st.DataObject) -> None:
        waits, counted_from = [], received
        for _ in range(gaps.draw(st.integers(0, 3))):
            due_day = walk_to_due_day(counted_from, amount, only_working_days=True, pauses=[])
            asked = gaps.draw(st.dates(counted_from, due_day))
            counted_from = asked + timedelta(days=gaps.draw(st.integers(1, 20)))
            waits.append(supplement(f"{asked}T10:00", f"{counted_from}T09:00"))

        answer = clock_of(
            *reversed(waits), received=at(f"{received}T08:00"), limit=Limit(amount, LimitUnit.WORKING_DAY)
        )

        walked = walk_to_due_day(counted_from, amount, only_working_days=True, pauses=[])
        assert answer.due_at == at_closing(f"{walked}")

    @given(
        received=st.dates(date(2024, 1, 1), date(2025, 6, 1)),
        hour=st.times(time(0), time(16, 59)),
        n=st.integers(0, 30),
    )
    def test_a_promise_that_the_engine_would_make_implies_the_limit_it_was_made_from(
        self, received: date, hour: time, n: int
    ) -> None:
        received_at, limit = at(f"{received}T{hour:%H:%M}"), Limit(n, LimitUnit.WORKING_DAY)
        promised = due_at(received_at, limit, CALENDAR).at

        assert clock_of(received=received_at, promised=promised, limit=None).limit == limit


class TestWords:
    """A citizen is told how the due date came about.  Source: NĐ 61/2018, điều 19 khoản 9 (in spirit)."""

    def test_a_clock_is_told_in_vietnamese(self) -> None:
        told = days_in_words(
            clock_of(
                received=at("2024-04-26T09:00"), limit=Limit(3, LimitUnit.WORKING_DAY), ended=at("2024-05-03T10:00")
            )
        )

        assert told == [
            "Hồ sơ được tiếp nhận lúc 09:00 26/04/2024; ngày tiếp nhận không tính vào thời hạn.",
            "Thời hạn giải quyết là 3 ngày làm việc; hạn trả ban đầu: 17:00 04/05/2024.",
            "Không tính 2 ngày nghỉ hằng tuần.",
            "Không tính ngày 29/04/2024 (Nghỉ hoán đổi dịp 30/4 và 1/5/2024).",
            "Không tính ngày 30/04/2024 (Ngày Chiến thắng 30/4).",
            "Không tính ngày 01/05/2024 (Ngày Quốc tế Lao động 1/5).",
            "Tính ngày 04/05/2024 là ngày làm việc (Làm bù dịp 30/4 và 1/5/2024).",
            "Hạn trả kết quả: 17:00 04/05/2024.",
            "Đã dùng 2 ngày làm việc của thời hạn.",
            "Hồ sơ được giải quyết xong lúc 10:00 03/05/2024.",
        ]

    def test_a_wait_is_told_in_english(self) -> None:
        told = days_in_words(clock_of(supplement("2024-03-06T08:00"), as_of=at("2024-03-08T08:00")), language="en")

        assert told == [
            "The dossier was received at 08:00 04/03/2024; the day of receipt does not count.",
            "The limit is 10 working days; first due date: 17:00 18/03/2024.",
            WAITING_FOR_PAPERS,
            "The limit stands still; the new due date is known when the wait is over.",
            "Used of the limit so far, in working days: 2.",
        ]

    @pytest.mark.parametrize(
        ("unit", "vi", "en"),
        [
            (
                LimitUnit.WORKING_DAY,
                "ngày làm việc nằm trọn trong thời gian này không tính",
                "working days wholly inside",
            ),
            (LimitUnit.CALENDAR_DAY, "và các ngày nghỉ xen giữa không tính", "and the days off between them"),
            (LimitUnit.MONTH, "và các ngày nghỉ xen giữa không tính", "and the days off between them"),
        ],
    )
    def test_which_days_an_exclusion_takes_is_told_in_the_unit_of_the_limit(
        self, unit: LimitUnit, vi: str, en: str
    ) -> None:
        answer = clock_of(excluded("2024-03-07T07:00", "2024-03-12T17:00"), limit=Limit(9, unit))

        assert sum(vi in sentence for sentence in days_in_words(answer)) == 1
        assert sum(en in sentence for sentence in days_in_words(answer, language="en")) == 1
