"""Destroy which dossiers the ratings of published years are about, when nobody can object any more."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now

from api.routines.works import destroy_links_of_closed_years
from feedback.ratings.rules.links import DAYS_TO_OBJECT


class Command(BaseCommand):
    help = "Hủy liên kết giữa đánh giá và hồ sơ của các năm đã công bố và hết hạn khiếu nại; số liệu giữ nguyên."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--days", type=int, default=DAYS_TO_OBJECT,
            help="số ngày sau lần công bố mới nhất; không ngắn hơn hạn khiếu nại hai cấp (%(default)s)",
        )  # fmt: skip

    def handle(self, *_args: Any, **options: Any) -> None:
        self.stdout.write(destroy_links_of_closed_years(days=options["days"], by="operator", now=now()))
