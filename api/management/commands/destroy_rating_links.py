"""Destroy which dossiers the ratings of published years are about, when nobody can object any more."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now

from feedback.assessments.queries import closed_years
from feedback.ratings.rules.links import DAYS_TO_OBJECT
from feedback.ratings.services import destroy_links


class Command(BaseCommand):
    help = "Hủy liên kết giữa đánh giá và hồ sơ của các năm đã công bố và hết hạn khiếu nại; số liệu giữ nguyên."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--days", type=int, default=DAYS_TO_OBJECT,
            help="số ngày sau lần công bố mới nhất; không ngắn hơn hạn khiếu nại hai cấp (%(default)s)",
        )  # fmt: skip

    def handle(self, *_args: Any, **options: Any) -> None:
        at = now()
        years = closed_years(days=max(options["days"], DAYS_TO_OBJECT), now=at)
        spans = [(year.first_day, year.next_day) for year in years]
        codes = ", ".join(sorted({year.code for year in years}))
        destroyed = destroy_links(spans=spans, reason=codes, by="operator", now=at) if spans else 0
        self.stdout.write(f"{destroyed} links destroyed ({codes or 'no year is over'})")
