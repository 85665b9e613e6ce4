"""Do the work behind the counter: imports, assessments, recounts, work of the night. Any number may run at once."""

import logging
import os
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import InterfaceError, OperationalError, connection

from api.management.crew import run_crew
from api.management.jobs import JOBS

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Làm những việc đang chờ: nhập tệp, tính đợt đánh giá, tính lại hạn, việc hằng đêm. "
        "Việc bị ngắt được làm tiếp ở chỗ dừng. Chạy được nhiều tiến trình cùng lúc (--workers), kể cả cho một tệp."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--watch", type=float, metavar="SECONDS", help="hết việc thì chờ chừng này rồi xem lại")
        parser.add_argument("--only", choices=sorted(JOBS), help="chỉ làm loại việc này")
        parser.add_argument(
            "--workers", type=_number, default=1, metavar="N",
            help="số tiến trình; một tiến trình hỏng thì tất cả dừng, mã kết thúc 1",
        )  # fmt: skip
        parser.add_argument(
            "--with-parent", type=int, metavar="PID", help="dừng khi tiến trình PID, đã mở lệnh này, không còn nữa"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        stop, parent = threading.Event(), options["with_parent"]
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())

        def is_stopped(seconds: float = 0) -> bool:
            return stop.wait(seconds) or parent not in {None, os.getppid()}

        if options["workers"] > 1:
            if not run_crew(_alone(options), number=options["workers"], is_stopped=is_stopped):
                raise CommandError("a worker failed; all were stopped")
            return
        while not is_stopped():
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


def _alone(options: dict[str, Any]) -> list[str]:
    """Return the words that make one worker of a crew."""
    words = ["run_jobs", "--with-parent", str(os.getpid())]  # told, not asked: it may be gone before the worker is up
    for name in ("watch", "only"):
        if options[name] is not None:
            words += [f"--{name}", str(options[name])]
    return words


def _number(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number
