"""Tell what may be told of ratings by now: week by week, five and more together."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import localdate, now

from feedback.ratings.services import release


class Command(BaseCommand):
    help = "Công bố số tổng hợp và góp ý của các tuần đã qua, từ 5 đánh giá trở lên (run_jobs làm hằng đêm)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--today", type=dt.date.fromisoformat, help="mặc định hôm nay")

    def handle(self, *_args: Any, **options: Any) -> None:
        ratings, comments = release(today=options["today"] or localdate(now()))
        self.stdout.write(f"{ratings} ratings, {comments} comments told")
