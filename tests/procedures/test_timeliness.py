"""Early, on time, late: by law, by the national portal, and what an apology must keep."""

from datetime import datetime

import pytest

from procedures.calendar.rules import (
    Cause,
    Effect,
    Interruption,
    Limit,
    LimitUnit,
    Timeliness,
    apology_on_time,
    delay_minutes,
    national_timeliness,
    supplement_notice_in_time,
    timeliness,
)
from tests.procedures.vietnamese_days import CALENDAR, at, at_closing

FIVE_DAYS = Limit(5, LimitUnit.WORKING_DAY)


def supplement(begin: str, end: str | None = None) -> Interruption:
    return Interruption(Cause.SUPPLEMENT, Effect.RESTART, at(begin), at(end) if end else None)


class TestLabels:
    """Shorter than, equal to, longer than the legal limit.  Source: TT 01/2018, điều 13, chỉ số 1."""

    @pytest.mark.parametrize(
        ("history", "ended", "due", "expected"),
        [
            ("H01", "2024-03-11T15:30", "2024-03-11", "on_time"),
            ("H02", "2024-06-11T10:20", "2024-06-13", "early"),
            ("H03", "2024-08-23T16:20", "2024-08-21", "late"),
            ("H03 against the new date", "2024-08-23T16:20", "2024-08-28", "early"),
            ("H04", "2024-10-31T16:00", "2024-11-04", "early"),
            ("H08", "2024-04-24T09:10", "2024-04-25", "early"),
            ("H09", "2024-11-21T10:40", "2024-11-25", "early"),
            ("H11", "2024-09-11T11:00", "2024-09-11", "on_time"),
            ("H12", "2024-12-26T15:00", "2024-12-30", "early"),
            ("H14", "2025-07-18T10:00", "2025-07-25", "early"),
            ("the evening of the due day", "2024-03-11T23:59", "2024-03-11", "on_time"),
            ("the first minute after it", "2024-03-12T00:00", "2024-03-11", "late"),
        ],
    )
    def test_the_labels_of_the_sample_histories(self, history: str, ended: str, due: str, expected: str) -> None:
        assert timeliness(at(ended), at_closing(due)) == expected, history

    def test_an_open_transaction_is_running_until_its_due_day_has_passed(self) -> None:
        due = at_closing("2024-03-11")

        assert timeliness(None, due, as_of=at("2024-03-11T20:00")) is Timeliness.RUNNING
        assert timeliness(None, due, as_of=at("2024-03-12T00:00")) is Timeliness.RUNNING_LATE

    def test_history_h17_without_a_due_date_nothing_is_judged(self) -> None:
        assert timeliness(at("2024-06-10T09:00"), None) is Timeliness.NOT_JUDGED
        assert timeliness(None, at_closing("2024-03-11")) is Timeliness.NOT_JUDGED

    @pytest.mark.parametrize(
        ("ended", "minutes"), [("2024-03-11T15:30", -90), ("2024-03-11T17:00", 0), ("2024-03-12T17:01", 1441)]
    )
    def test_the_delay_is_told_in_minutes_with_its_sign(self, ended: str, minutes: int) -> None:
        assert delay_minutes(at(ended), at_closing("2024-03-11")) == minutes


class TestApology:
    """An apology comes at least one day before the due date (our words).  Source: NĐ 61/2018, điều 19 khoản 9."""

    @pytest.mark.parametrize(
        ("apologised", "on_time"),
        [("2024-08-20T10:00", True), ("2024-08-20T23:59", True), ("2024-08-21T00:00", False)],
    )
    def test_history_h03_an_apology_of_the_day_before_is_on_time(self, apologised: str, *, on_time: bool) -> None:
        assert apology_on_time(at(apologised), at_closing("2024-08-21")) is on_time


class TestSupplementNotice:
    """Within three working days of the receipt (our words).  Source: NĐ 61/2018, điều 19 khoản 4."""

    @pytest.mark.parametrize(
        ("received", "requested", "in_time"),
        [
            ("2024-10-01T14:20", "2024-10-03T15:10", True),
            ("2024-10-01T14:20", "2024-10-04T16:00", True),
            ("2024-10-01T14:20", "2024-10-07T08:00", False),
            ("2024-04-26T08:00", "2024-05-04T08:00", True),
            ("2024-03-09T08:00", "2024-03-14T08:00", True),
        ],
    )
    def test_history_h04_three_working_days_after_the_day_of_receipt(
        self, received: str, requested: str, *, in_time: bool
    ) -> None:
        assert supplement_notice_in_time(at(received), at(requested), CALENDAR) is in_time


class TestNationalMethod:
    """In time: end ≤ due date as last sent; two supplement requests are late.  Source: QĐ 766, indicator 2.1."""

    def judged(
        self, *requests: Interruption, due: str | None, ended: str | None = None, as_of: datetime | None = None
    ) -> Timeliness:
        return national_timeliness(
            at("2024-03-04T08:00"),
            at_closing(due) if due else None,
            FIVE_DAYS,
            requests,
            CALENDAR,
            at(ended) if ended else None,
            as_of=as_of,
        )

    def test_history_h03_is_in_time_against_the_date_as_last_sent(self) -> None:
        received, last_sent, ended = at("2024-08-05T09:30"), at_closing("2024-08-28"), at("2024-08-23T16:20")

        assert national_timeliness(received, last_sent, None, [], CALENDAR, ended) is Timeliness.EARLY

    def test_history_h04_two_requests_are_late_whatever_the_dates_say(self) -> None:
        two = (supplement("2024-03-05T08:00", "2024-03-06T08:00"), supplement("2024-03-07T08:00", "2024-03-08T08:00"))

        assert self.judged(*two, due="2024-12-31", ended="2024-03-11T08:00") is Timeliness.LATE
        assert self.judged(*two, due="2024-12-31") is Timeliness.RUNNING_LATE

    def test_one_request_told_twice_is_one(self) -> None:
        request = supplement("2024-03-05T08:00", "2024-03-06T08:00")

        assert self.judged(request, request, due="2024-03-11", ended="2024-03-08T08:00") is Timeliness.EARLY

    def test_the_comparison_is_by_the_moment_and_not_by_the_day(self) -> None:
        assert self.judged(due="2024-03-11", ended="2024-03-11T17:00") is Timeliness.ON_TIME
        assert self.judged(due="2024-03-11", ended="2024-03-11T17:01") is Timeliness.LATE

    def test_an_open_request_ends_the_clock_on_its_day(self) -> None:
        request, later = supplement("2024-03-06T08:00"), at("2024-12-31T08:00")

        assert self.judged(request, due="2024-03-11", as_of=later) is Timeliness.RUNNING
        assert self.judged(request, due="2024-03-11", ended="2024-12-31T08:00") is Timeliness.EARLY

    def test_the_time_of_an_answered_request_is_taken_off(self) -> None:
        request = supplement("2024-03-06T08:00", "2024-03-13T08:00")

        assert self.judged(request, due="2024-03-11", ended="2024-03-18T08:00") is Timeliness.ON_TIME

    def test_without_a_due_date_the_limit_of_the_procedure_decides(self) -> None:
        assert self.judged(due=None, ended="2024-03-11T15:00") is Timeliness.ON_TIME
        assert self.judged(due=None, ended="2024-03-12T08:00") is Timeliness.LATE

    def test_without_an_end_the_last_day_of_the_period_stands_for_it(self) -> None:
        assert self.judged(due="2024-03-11", as_of=at("2024-03-14T08:00")) is Timeliness.RUNNING_LATE
        assert self.judged(due="2024-03-11") is Timeliness.NOT_JUDGED
