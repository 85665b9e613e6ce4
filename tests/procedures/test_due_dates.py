"""How a limit is counted: Bộ luật Dân sự 2015, Bộ luật Lao động 2019 and the practice of one-stop units."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from procedures.calendar.rules import (
    Calendar,
    DayReason,
    DueDate,
    Limit,
    LimitUnit,
    OfficeHours,
    due_at,
    local,
)
from tests.procedures.day_by_day import walk_to_due_day
from tests.procedures.vietnamese_days import (
    CALENDAR,
    DAYS_OFF,
    DAYS_WORKED,
    WITHOUT_SWAPPED_SATURDAYS,
    at,
    at_closing,
)

FROM, TO = date(2024, 1, 1), date(2025, 9, 30)
days = st.dates(FROM, TO)
clock_times = st.times(time(0), time(23, 59))
receipts = st.builds(lambda day, hour: at(f"{day}T{hour:%H:%M}"), days, clock_times)
units = st.sampled_from(LimitUnit)
amounts = st.integers(1, 45)


def working(amount: int) -> Limit:
    return Limit(amount, LimitUnit.WORKING_DAY)


def due(received: str, amount: int, unit: LimitUnit = LimitUnit.WORKING_DAY, **rule: bool) -> DueDate:
    return due_at(at(received), Limit(amount, unit), CALENDAR, **rule)


def reasons(due_date: DueDate) -> dict[str, DayReason]:
    return {f"{day.day:%m-%d}": day.reason for day in due_date.counted}


class TestWorkingDays:
    """Saturdays, Sundays, holidays, days in lieu, swapped days (our words).  Source: Bộ luật Lao động, điều 111–112."""

    def test_a_saturday_worked_in_exchange_is_a_working_day_and_its_monday_is_not(self) -> None:
        assert CALENDAR.is_working_day(date(2024, 5, 4))
        assert not CALENDAR.is_working_day(date(2024, 4, 29))

    def test_the_first_working_day_after_tet_comes_after_the_days_in_lieu(self) -> None:
        assert CALENDAR.next_working_day(date(2024, 2, 7)) == date(2024, 2, 15)

    def test_a_day_cannot_be_off_and_worked(self) -> None:
        with pytest.raises(ValueError, match="off and worked"):
            Calendar("wrong", {date(2024, 5, 4): "a"}, {date(2024, 5, 4): "b"})

    def test_a_calendar_does_not_change_with_the_table_it_was_made_from(self) -> None:
        table = {date(2024, 1, 1): "Tết Dương lịch"}
        calendar = Calendar("1", table)

        table.clear()

        assert not calendar.is_working_day(date(2024, 1, 1))

    @given(after=days, up_to=days)
    def test_working_days_between_is_the_same_as_looking_at_each_day(self, after: date, up_to: date) -> None:
        each = [after + timedelta(days=n) for n in range(1, (up_to - after).days + 1)]

        assert CALENDAR.working_days_between(after, up_to) == sum(map(CALENDAR.is_working_day, each))

    @pytest.mark.parametrize("sessions", [(), ((time(9), time(8)),), ((time(7), time(12)), (time(11), time(17)))])
    def test_office_hours_out_of_order_are_refused(self, sessions: tuple[tuple[time, time], ...]) -> None:
        with pytest.raises(ValueError, match="office hours"):
            OfficeHours(sessions)


class TestLimitsInWorkingDays:
    """Ngày đầu tiên của thời hạn không được tính.  Source: Bộ luật Dân sự 2015, điều 147 khoản 2–3."""

    @pytest.mark.parametrize(
        ("history", "received", "amount", "expected"),
        [
            ("H01", "2024-03-04T08:15", 5, "2024-03-11"),
            ("H02", "2024-06-10T09:05", 3, "2024-06-13"),
            ("H03", "2024-08-05T09:30", 12, "2024-08-21"),
            ("H04", "2024-10-01T14:20", 10, "2024-10-15"),
            ("H05", "2024-05-20T10:00", 5, "2024-05-27"),
            ("H07", "2024-09-09T08:05", 10, "2024-09-23"),
            ("H08, over Giỗ Tổ", "2024-04-15T13:45", 7, "2024-04-25"),
            ("H09", "2024-11-18T08:00", 5, "2024-11-25"),
            ("H11", "2024-09-04T09:00", 5, "2024-09-11"),
            ("H12", "2024-12-02T08:40", 10, "2024-12-16"),
            ("H19", "2024-06-11T10:00", 3, "2024-06-14"),
            ("over Tết", "2024-02-06T09:00", 2, "2024-02-15"),
            ("over the swap of 2024", "2024-04-26T09:00", 3, "2024-05-04"),
            ("over the swap of 2025", "2025-04-25T09:00", 3, "2025-04-29"),
        ],
    )
    def test_the_due_dates_of_the_sample_histories(
        self, history: str, received: str, amount: int, expected: str
    ) -> None:
        assert due(received, amount).at == at_closing(expected), history

    def test_each_day_is_listed_with_the_reason_why_it_counted_or_not(self) -> None:
        counted = due("2024-04-26T09:00", 3).counted

        assert [(f"{day.day:%m-%d}", day.counts, day.reason, day.name) for day in counted] == [
            ("04-26", False, DayReason.RECEIVED, ""),
            ("04-27", False, DayReason.WEEKEND, ""),
            ("04-28", False, DayReason.WEEKEND, ""),
            ("04-29", False, DayReason.DAY_OFF, "Nghỉ hoán đổi dịp 30/4 và 1/5/2024"),
            ("04-30", False, DayReason.DAY_OFF, "Ngày Chiến thắng 30/4"),
            ("05-01", False, DayReason.DAY_OFF, "Ngày Quốc tế Lao động 1/5"),
            ("05-02", True, DayReason.COUNTED, ""),
            ("05-03", True, DayReason.COUNTED, ""),
            ("05-04", True, DayReason.SWAPPED_WORK, "Làm bù dịp 30/4 và 1/5/2024"),
        ]

    def test_a_receipt_on_a_day_off_counts_as_one_of_the_next_working_day(self) -> None:
        on_saturday = due("2024-03-09T09:00", 1)

        assert on_saturday.at == due("2024-03-11T09:00", 1).at == at_closing("2024-03-12")
        assert reasons(on_saturday)["03-11"] is DayReason.COUNTS_AS_RECEIVED

    def test_a_limit_of_no_days_ends_on_the_same_day(self) -> None:
        assert due("2024-03-04T16:00", 0).at == at_closing("2024-03-04")

    def test_a_same_day_limit_received_after_closing_ends_on_the_next_working_day(self) -> None:
        assert due("2024-03-08T17:30", 0).at == at_closing("2024-03-11")

    def test_the_day_is_a_day_of_viet_nam_also_for_an_instant_in_another_zone(self) -> None:
        still_sunday_in_utc = datetime(2024, 3, 3, 18, 30, tzinfo=UTC)

        assert due_at(still_sunday_in_utc, working(1), CALENDAR).at == at_closing("2024-03-05")

    @given(received=days, amount=amounts)
    @example(received=date(2024, 4, 26), amount=3)
    def test_the_engine_agrees_with_a_walk_from_day_to_day(self, received: date, amount: int) -> None:
        assert_agrees_with_the_walk(received, amount, CALENDAR)

    def test_the_walk_would_find_an_engine_that_forgets_swapped_saturdays(self) -> None:
        @settings(database=None, derandomize=True, max_examples=1000)
        @given(received=days, amount=amounts)
        def run(received: date, amount: int) -> None:
            assert_agrees_with_the_walk(received, amount, WITHOUT_SWAPPED_SATURDAYS)

        with pytest.raises(AssertionError):
            run()


def assert_agrees_with_the_walk(received: date, amount: int, calendar: Calendar) -> None:
    answer = due_at(at(f"{received}T09:00"), working(amount), calendar)

    assert answer.at.date() == walk_to_due_day(received, amount, only_working_days=True, pauses=[])
    assert sum(day.counts for day in answer.counted) == amount


class TestLimitsInCalendarDays:
    """A last day that is off ends with the next working day (our words).  Source: Bộ luật Dân sự, điều 148 khoản 5."""

    def test_history_h14_thirty_days_end_on_a_friday(self) -> None:
        assert due("2025-06-25T08:25", 30, LimitUnit.CALENDAR_DAY).at == at_closing("2025-07-25")

    def test_a_last_day_on_sunday_rolls_to_monday_and_says_so(self) -> None:
        answer = due("2024-03-01T09:00", 9, LimitUnit.CALENDAR_DAY)

        assert answer.at == at_closing("2024-03-11")
        assert answer.last_day == date(2024, 3, 10)
        assert reasons(answer)["03-10"] is DayReason.COUNTED
        assert reasons(answer)["03-11"] is DayReason.ROLLED

    def test_a_last_day_inside_tet_rolls_over_the_whole_of_it(self) -> None:
        assert due("2024-01-31T09:00", 9, LimitUnit.CALENDAR_DAY).at == at_closing("2024-02-15")

    def test_a_last_day_on_a_saturday_worked_in_exchange_stays(self) -> None:
        assert due("2024-04-24T09:00", 10, LimitUnit.CALENDAR_DAY).at == at_closing("2024-05-04")

    def test_a_receipt_on_a_day_off_is_a_receipt_of_that_day(self) -> None:
        assert due("2024-03-09T09:00", 10, LimitUnit.CALENDAR_DAY).at == at_closing("2024-03-19")

    @given(received=days, amount=amounts)
    def test_the_engine_agrees_with_a_walk_from_day_to_day(self, received: date, amount: int) -> None:
        answer = due_at(at(f"{received}T09:00"), Limit(amount, LimitUnit.CALENDAR_DAY), CALENDAR)

        assert answer.at.date() == walk_to_due_day(received, amount, only_working_days=False, pauses=[])
        assert sum(day.counts for day in answer.counted) == amount


class TestLimitsInMonths:
    """No corresponding day: the last day of the month (our words).  Source: Bộ luật Dân sự 2015, điều 148 khoản 3."""

    @pytest.mark.parametrize(
        ("received", "months", "expected"),
        [
            ("2024-03-05T09:00", 1, "2024-04-05"),
            ("2024-01-30T09:00", 1, "2024-02-29"),
            ("2024-01-31T09:00", 1, "2024-02-29"),
            ("2025-01-30T09:00", 1, "2025-02-28"),
            ("2024-11-30T09:00", 3, "2025-02-28"),
            ("2024-12-15T09:00", 12, "2025-12-15"),
            ("2024-02-09T09:00", 1, "2024-03-11"),
        ],
    )
    def test_a_month_ends_on_the_corresponding_day_or_the_last_one(
        self, received: str, months: int, expected: str
    ) -> None:
        assert due(received, months, LimitUnit.MONTH).at == at_closing(expected)


class TestLimitsInHours:
    """Bằng phút, giờ thì thời hạn được bắt đầu từ thời điểm đã xác định.  Source: Bộ luật Dân sự, điều 147 khoản 1."""

    @pytest.mark.parametrize(
        ("received", "hours", "expected"),
        [
            ("2024-03-04T09:00", 8, "2024-03-05T09:00"),
            ("2024-03-04T07:00", 8, "2024-03-04T17:00"),
            ("2024-03-04T10:30", 1, "2024-03-04T13:30"),
            ("2024-03-08T16:00", 2, "2024-03-11T08:00"),
            ("2024-03-08T18:00", 1, "2024-03-11T08:00"),
            ("2024-03-09T09:00", 1, "2024-03-11T08:00"),
        ],
    )
    def test_only_office_hours_pass(self, received: str, hours: int, expected: str) -> None:
        assert due(received, hours, LimitUnit.HOUR).at == at(expected)

    @given(received=receipts, hours=amounts)
    def test_the_minutes_of_the_days_add_up_to_the_limit(self, received: datetime, hours: int) -> None:
        answer = due_at(received, Limit(hours, LimitUnit.HOUR), CALENDAR)

        assert sum(day.minutes for day in answer.counted) == hours * 60


class TestLateReceipt:
    """Received after 15:00, handed over the next working day (our words).  Source: NĐ 61/2018, điều 18 khoản 2."""

    def test_exactly_three_o_clock_is_not_late(self) -> None:
        assert due("2024-03-04T15:00", 5, late_receipt_shifts=True).at == at_closing("2024-03-11")

    def test_after_three_o_clock_counts_as_the_next_working_day(self) -> None:
        assert due("2024-03-08T15:01", 5, late_receipt_shifts=True).at == at_closing("2024-03-18")

    def test_without_the_rule_the_hour_of_receipt_does_not_matter(self) -> None:
        assert due("2024-03-08T15:01", 5).at == at_closing("2024-03-15")

    def test_hours_then_run_from_the_next_morning(self) -> None:
        assert due("2024-03-08T15:01", 1, LimitUnit.HOUR, late_receipt_shifts=True).at == at("2024-03-11T08:00")


class TestEveryLimit:
    """What must hold for every limit, whatever its unit.  Source: Bộ luật Dân sự 2015, điều 147–148."""

    @given(first=receipts, second=receipts, amount=amounts, unit=units, late=st.booleans())
    def test_a_later_receipt_is_never_due_earlier(
        self, first: datetime, second: datetime, amount: int, unit: LimitUnit, *, late: bool
    ) -> None:
        earlier, later = sorted([first, second])
        limit = Limit(amount, unit)

        before = due_at(earlier, limit, CALENDAR, late_receipt_shifts=late).at

        assert before <= due_at(later, limit, CALENDAR, late_receipt_shifts=late).at

    @given(received=receipts, small=amounts, more=amounts, unit=units, late=st.booleans())
    def test_a_longer_limit_is_never_due_earlier(
        self, received: datetime, small: int, more: int, unit: LimitUnit, *, late: bool
    ) -> None:
        short = due_at(received, Limit(small, unit), CALENDAR, late_receipt_shifts=late).at

        assert short <= due_at(received, Limit(small + more, unit), CALENDAR, late_receipt_shifts=late).at

    @given(received=receipts, amount=amounts, unit=units, late=st.booleans())
    def test_the_due_day_is_a_working_day_not_before_the_receipt(
        self, received: datetime, amount: int, unit: LimitUnit, *, late: bool
    ) -> None:
        answer = due_at(received, Limit(amount, unit), CALENDAR, late_receipt_shifts=late)

        assert CALENDAR.is_working_day(answer.at.date())
        assert answer.at >= received

    @given(received=receipts, amount=amounts, unit=units, late=st.booleans())
    def test_every_day_from_receipt_to_due_day_is_listed_once(
        self, received: datetime, amount: int, unit: LimitUnit, *, late: bool
    ) -> None:
        answer = due_at(received, Limit(amount, unit), CALENDAR, late_receipt_shifts=late)

        span = (answer.at.date() - received.date()).days
        assert [day.day for day in answer.counted] == [received.date() + timedelta(days=n) for n in range(span + 1)]

    @pytest.mark.parametrize(("amount", "unit"), [(-1, LimitUnit.WORKING_DAY), (0, LimitUnit.HOUR), (9999, "month")])
    def test_what_is_no_limit_is_refused(self, amount: int, unit: LimitUnit) -> None:
        with pytest.raises(ValueError, match="not a limit"):
            Limit(amount, unit)

    def test_an_instant_without_a_zone_is_refused(self) -> None:
        with pytest.raises(ValueError, match="zone"):
            due_at(at("2024-03-04T09:00").replace(tzinfo=None), working(5), CALENDAR)

    def test_the_empty_date_of_a_senders_software_is_refused(self) -> None:
        with pytest.raises(ValueError, match="year"):
            local(datetime(1, 1, 1, tzinfo=UTC))

    def test_the_calendar_of_these_tests_swaps_as_many_days_as_it_works(self) -> None:
        assert len(DAYS_WORKED) == sum("hoán đổi" in name for name in DAYS_OFF.values())
