"""Work off the recounts: what runs by a new edition of the calendar, what an exclusion names."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now

from procedures.transactions.queries import open_recounts
from procedures.transactions.services import request_calendar_recount, work_on
from procedures.vocabulary import RecountState

BY = "run_recounts"


class Command(BaseCommand):
    help = "Tính lại hạn của giao dịch sau khi lịch hoặc phần loại trừ đổi; bị ngắt thì chạy lại sẽ làm tiếp."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--watch", type=int, metavar="SECONDS", help="lặp lại sau mỗi khoảng này")

    def handle(self, *_args: Any, **options: Any) -> None:
        while True:
            request_calendar_recount(by=BY, now=now())  # whoever published: the reference data, a person, a library
            for recount in list(open_recounts()):
                self._work_off(recount.pk)
            if not options["watch"]:
                return
            time.sleep(options["watch"])

    def _work_off(self, recount_id: int) -> None:
        recount = work_on(recount_id=recount_id, now=now())
        while recount.state != RecountState.FINISHED:
            self.stdout.write(f"{recount.pk}: {recount.done}/{recount.total}, {recount.speed or '-'} a second")
            recount = work_on(recount_id=recount_id, now=now())
        self.stdout.write(f"{recount.pk}: {recount.done} counted, {recount.changed} changed")
