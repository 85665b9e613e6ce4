"""What each interval of a clock used of the limit: in figures that add up, and in a sentence."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings

from procedures.calendar.rules import (
    Cause,
    Clock,
    Interruption,
    Limit,
    LimitUnit,
    clock,
    days_in_words,
    stretch_in_words,
    stretches_of,
)
from tests.procedures.test_clock import (
    RECEIVED,
    TEN_DAYS,
    clock_of,
    ends,
    excluded,
    limits,
    many,
    payment,
    promises,
    supplement,
)
from tests.procedures.vietnamese_days import CALENDAR, at

LATER = RECEIVED + timedelta(days=120)
FIRST = supplement("2024-03-06T09:00", "2024-03-08T09:00")


class TestSums:
    """Every day used of the limit stands in one interval, and no other does (our words)."""

    @settings(deadline=None)
    @given(given_=many, ended=ends, limit=limits, promised=promises)
    def test_what_the_intervals_count_adds_up_to_what_is_used_of_the_limit(
        self, given_: list[Interruption], ended: datetime | None, limit: Limit | None, promised: datetime | None
    ) -> None:
        answer = clock_of(*given_, limit=limit, ended=ended, promised=promised, as_of=LATER)

        counted = [stretch.counted for stretch in stretches_of(answer, until=LATER)]

        used = answer.minutes_used if answer.unit is LimitUnit.HOUR else answer.days_used
        assert None not in counted
        assert sum(one or 0 for one in counted) == used

    @settings(deadline=None)
    @given(given_=many, ended=ends, limit=limits)
    def test_what_does_not_count_against_the_limit_counts_nothing(
        self, given_: list[Interruption], ended: datetime | None, limit: Limit | None
    ) -> None:
        stretches = stretches_of(clock_of(*given_, limit=limit, ended=ended), until=LATER)

        waited = [one for one in stretches if not one.interval.counts and one.interval.cause is not Cause.EXCLUSION]
        assert all(one.counted == 0 for one in waited)


class TestSentences:
    """Each interval is told with its cause and what it counted (our words)."""

    def told(self, answer: Clock, *, language: str = "vi") -> list[str]:
        return [
            stretch_in_words(one, language="en" if language == "en" else "vi")
            for one in stretches_of(answer, until=at("2024-03-12T08:00"))
        ]

    def test_a_supplement_discards_what_was_used_before_it(self) -> None:
        assert self.told(clock_of(FIRST, ended=at("2024-03-12T10:00"))) == [
            (
                "Từ 08:00 04/03/2024 đến 09:00 06/03/2024: cơ quan giải quyết hồ sơ; "
                "2 ngày làm việc đã dùng, không còn tính vì thời hạn được tính lại từ đầu."
            ),
            "Từ 09:00 06/03/2024 đến 09:00 08/03/2024: chờ bổ sung hồ sơ; 2 ngày làm việc không tính vào thời hạn.",
            "Từ 09:00 08/03/2024 đến 10:00 12/03/2024: cơ quan giải quyết hồ sơ; 2 ngày làm việc tính vào thời hạn.",
        ]

    def test_a_payment_that_is_pending_is_not_counted(self) -> None:
        told = self.told(clock_of(payment("2024-03-06T09:00")), language="en")

        assert told == [
            (
                "From 08:00 04/03/2024 to 09:00 06/03/2024: the office works on the dossier; "
                "counted against the limit, in working days: 2."
            ),
            "Since 09:00 06/03/2024: waiting for a payment that is due; not counted, in working days: 4.",
        ]

    def test_an_exclusion_says_which_days_it_takes_and_what_it_leaves_counts(self) -> None:
        outage = excluded("2024-03-05T10:00", "2024-03-07T10:00")

        answer = clock_of(outage, ended=at("2024-03-08T10:00"))

        _, out, _ = stretches_of(answer)
        assert (out.passed, out.counted, answer.days_used) == (2, 1, 3)
        assert stretch_in_words(out).endswith("1 ngày làm việc không tính vào thời hạn.")
        assert any("nằm trọn trong thời gian này" in sentence for sentence in days_in_words(answer))

    def test_hours_are_told_in_office_minutes(self) -> None:
        (told,) = self.told(clock_of(limit=Limit(8, LimitUnit.HOUR), ended=at("2024-03-04T09:30")))

        assert told.endswith("90 phút làm việc tính vào thời hạn.")

    def test_an_open_interval_of_which_nobody_says_the_day_is_not_measured(self) -> None:
        (stretch,) = stretches_of(clock_of())

        assert (stretch.passed, stretch.counted) == (None, None)
        assert stretch_in_words(stretch).endswith("chưa biết kéo dài đến khi nào.")

    def test_a_receipt_after_15_00_is_told_with_its_reason(self) -> None:
        late = clock(at("2024-03-04T15:30"), None, TEN_DAYS, (), CALENDAR, None, late_receipt_shifts=True)

        assert "Hồ sơ nhận sau 15 giờ nên được tính như tiếp nhận ngày 05/03/2024." in days_in_words(late)

    @pytest.mark.parametrize(
        ("ended", "sentence"),
        [
            ("ended_withdrawn", "Người nộp rút hồ sơ lúc 10:00 12/03/2024; thời hạn dừng tính từ đó."),
            ("ended_refused", "Hồ sơ bị từ chối giải quyết lúc 10:00 12/03/2024; thời hạn dừng tính từ đó."),
            ("ended_stopped", "Việc giải quyết hồ sơ dừng lúc 10:00 12/03/2024; thời hạn dừng tính từ đó."),
        ],
    )
    def test_an_end_without_a_result_is_not_told_as_finished(self, ended: str, sentence: str) -> None:
        answer = clock_of(ended=at("2024-03-12T10:00"))

        assert days_in_words(answer, ended=ended)[-1] == sentence  # type: ignore[arg-type]
