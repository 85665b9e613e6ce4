"""Fold the transactions again whose names were decided on, as far as no request has done it."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now

from procedures.transactions.services import expect_everything, renew, renewals_waiting

AT_A_TIME = 1000


class Command(BaseCommand):
    help = "Tính lại các giao dịch đang chờ sau quyết định về tên cán bộ; bị ngắt thì chạy lại là làm tiếp."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--everything", action="store_true", help="tính lại mọi giao dịch")
        parser.add_argument("--watch", type=int, metavar="SECONDS", help="lặp lại sau mỗi khoảng này")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["everything"]:
            expect_everything()
        while True:
            while done := renew(at_most=AT_A_TIME, now=now()):
                self.stdout.write(f"{done} renewed, {renewals_waiting()} waiting")
            if not options["watch"]:
                return
            time.sleep(options["watch"])
