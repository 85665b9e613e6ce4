"""Look for ratings that citizens did not give, and put them aside for an inspector."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import localdate, now

from feedback.ratings.services import examine


class Command(BaseCommand):
    help = "Tìm đánh giá không phải của người dân trong bốn tuần qua và tạm giữ để xem xét (run_jobs làm hằng đêm)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until", type=dt.date.fromisoformat, help="ngày sau ngày cuối được xem; mặc định hôm nay")

    def handle(self, *_args: Any, **options: Any) -> None:
        at = now()
        self.stdout.write(f"{examine(until=options['until'] or localdate(at), now=at)} put aside")
