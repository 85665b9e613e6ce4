"""The days off and days worked in exchange that the tests of time limits need, and short ways to write an instant."""

from datetime import date, datetime, time, timedelta

from procedures.calendar.rules import ZONE, Calendar, OfficeHours

DAYS_OFF = {
    date(2024, 1, 1): "Tết Dương lịch",
    **{date(2024, 2, 8) + timedelta(days=n): "Tết Âm lịch" for n in range(5)},
    date(2024, 2, 13): "Tết Âm lịch (nghỉ bù)",
    date(2024, 2, 14): "Tết Âm lịch (nghỉ bù)",
    date(2024, 4, 18): "Giỗ Tổ Hùng Vương (10/3 âm lịch)",
    date(2024, 4, 29): "Nghỉ hoán đổi dịp 30/4 và 1/5/2024",
    date(2024, 4, 30): "Ngày Chiến thắng 30/4",
    date(2024, 5, 1): "Ngày Quốc tế Lao động 1/5",
    date(2024, 9, 2): "Quốc khánh",
    date(2024, 9, 3): "Quốc khánh (ngày liền kề)",
    date(2025, 1, 1): "Tết Dương lịch",
    **{date(2025, 1, 27) + timedelta(days=n): "Tết Âm lịch" for n in range(5)},
    date(2025, 4, 7): "Giỗ Tổ Hùng Vương (10/3 âm lịch)",
    date(2025, 4, 30): "Ngày Chiến thắng 30/4",
    date(2025, 5, 1): "Ngày Quốc tế Lao động 1/5",
    date(2025, 5, 2): "Nghỉ hoán đổi dịp 30/4 và 1/5/2025",
    date(2025, 9, 1): "Quốc khánh (ngày liền kề)",
    date(2025, 9, 2): "Quốc khánh",
}
DAYS_WORKED = {
    date(2024, 5, 4): "Làm bù dịp 30/4 và 1/5/2024",
    date(2025, 4, 26): "Làm bù dịp 30/4 và 1/5/2025",
}
CALENDAR = Calendar("2024-2025", DAYS_OFF, DAYS_WORKED)
WITH_HALF_FRIDAYS = Calendar("2024-2025", DAYS_OFF, DAYS_WORKED, OfficeHours(half_days=((4, ((time(7), time(11)),)),)))
WITHOUT_SWAPPED_SATURDAYS = Calendar("2024-2025 wrong", DAYS_OFF, {})


def at(text: str) -> datetime:
    """Read `2024-03-04T08:15` as an instant of Việt Nam."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def at_closing(day: str) -> datetime:
    """Give 17:00 of a day."""
    return at(f"{day}T17:00")
