"""Fill coming years with the days off that a library expects, marked as provisional."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from procedures.transactions.services import publish_expected_days

FIRST_YEAR, LAST_YEAR = 2018, 2099


class Command(BaseCommand):
    help = (
        "Điền ngày nghỉ dự kiến (thư viện holidays) cho các năm chưa có thông báo chính thức; không đè lên ngày chính "
        "thức. Hồ sơ đang giải quyết được run_jobs tính lại. Chạy lại không đổi gì."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("years", nargs="+", type=int, metavar="YEAR")

    def handle(self, *_args: Any, **options: Any) -> None:
        years = sorted(set(options["years"]))
        if not all(FIRST_YEAR <= year <= LAST_YEAR for year in years):
            message = f"Năm từ {FIRST_YEAR} đến {LAST_YEAR}."
            raise CommandError(message)
        expected = publish_expected_days(years=years, by="operator", now=now())
        for day in expected.added:
            self.stdout.write(f"+ {day.date} {day.name}")
        for day in expected.removed:
            self.stdout.write(f"- {day.date} {day.name}")
        for year in expected.announced:
            self.stdout.write(f"= {year}: đã có lịch chính thức, giữ nguyên")
        self.stdout.write(f"Lịch {expected.edition.number}: thêm {len(expected.added)}, bỏ {len(expected.removed)}")
