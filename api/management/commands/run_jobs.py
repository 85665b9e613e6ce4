"""Do the work behind the counter: files to import, assessment runs, recounts. Any number of these may run at once."""

import logging
import os
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import InterfaceError, OperationalError, connection

from api.management.jobs import JOBS

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Làm những việc đang chờ: nhập tệp, tính đợt đánh giá, tính lại hạn. Việc bị ngắt được làm tiếp ở chỗ dừng. "
        "Chạy được nhiều tiến trình cùng lúc."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--watch", type=float, metavar="SECONDS", help="hết việc thì chờ chừng này rồi xem lại")
        parser.add_argument("--only", choices=sorted(JOBS), help="chỉ làm loại việc này")
        parser.add_argument(
            "--with-parent", action="store_true", help="dừng khi tiến trình đã mở lệnh này không còn nữa"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        stop, parent = threading.Event(), os.getppid() if options["with_parent"] else 0
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
        while not stop.is_set() and parent in {0, os.getppid()}:
            if not self._round(options["only"], stop):
                if not options["watch"]:
                    return
                stop.wait(options["watch"])

    def _round(self, only: str | None, stop: threading.Event) -> bool:
        """Do one piece of each kind; tell whether anything was done."""
        is_busy = False
        for name, job in JOBS.items():
            if only in {None, name} and not stop.is_set():
                try:
                    done = job(stop)
                except (OperationalError, InterfaceError):
                    log.warning("the database is away; %s wait", name)
                    connection.close()
                    continue
                except Exception:
                    log.exception("a job of %s failed", name)
                    continue
                if done:
                    is_busy = True
                    self.stdout.write(done)
        return is_busy
