"""Work off the assessment runs that are queued."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now

from feedback.assessments.queries import queued_runs
from feedback.assessments.services import work_off


class Command(BaseCommand):
    help = "Tính các đợt đánh giá đang chờ; đợt bị ngắt giữa chừng được tính lại từ đầu."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--watch", type=int, metavar="SECONDS", help="lặp lại sau mỗi khoảng này")

    def handle(self, *_args: Any, **options: Any) -> None:
        while True:
            for run in list(queued_runs()):
                done = work_off(run_id=run.pk, now=now())
                self.stdout.write(f"{done.pk}: {done.assessments_made} assessments")
            if not options["watch"]:
                return
            time.sleep(options["watch"])
