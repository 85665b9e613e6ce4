"""Import a file of transactions from the server's own keyboard, with its progress; interrupted, run it again."""

import time
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.timezone import now
from tqdm import tqdm

from api.errors import Invalid
from api.management.jobs import OPERATOR, reading
from api.problems import body_of, problem_of
from api.transactions.imports.columns import check_head
from api.transactions.imports.reporting import as_csv
from procedures.errors import ProceduresError
from procedures.imports.models import Import
from procedures.imports.queries import import_of, report_of
from procedures.imports.services import Sent, accept, work_off
from procedures.vocabulary import ImportState, MessageOutcome
from units.errors import UnitUnknown
from units.queries import unit_with_code

SOME_REJECTED = 2
PATIENCE = 1.0
BETWEEN_LINES = 5.0


class Command(BaseCommand):
    help = (
        "Nhập một tệp giao dịch (CSV, JSON Lines, nén gzip được). Bị ngắt giữa chừng thì chạy lại đúng lệnh đó. "
        "Mã kết thúc: 0 nhận hết, 2 có dòng bị từ chối, 1 không nhập được."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=_file, metavar="FILE")
        parser.add_argument("--source", required=True, help="tên nguồn của các thông điệp, như của phần mềm gửi")
        parser.add_argument("--boundary", metavar="UNIT", help="mã đơn vị: không nhận gì ngoài cây của đơn vị này")
        parser.add_argument("--report", type=Path, metavar="FILE", help="ghi báo cáo từng dòng ra tệp CSV này")

    def handle(self, *_args: Any, **options: Any) -> None:
        with translation.override("vi"):
            job = self._accepted(options)
            self.stdout.write(f"{job.pk}: {job.bytes_total / 1024**2:,.1f} MiB, {job.rows_done} rows done before")
            job = _followed(job, self.stderr)
            if options["report"]:
                with options["report"].open("w", encoding="utf-8", newline="") as report:
                    report.writelines(as_csv(report_of(import_id=job.pk)))
        told = ", ".join(f"{name} {job.counts.get(name, 0)}" for name in MessageOutcome.values)
        self.stdout.write(f"{job.state} {job.fault}".rstrip() + f": {job.rows_done} rows; {told}")
        if job.state != ImportState.FINISHED:
            raise CommandError(f"the import is {job.state} {job.fault}".rstrip())
        if job.counts.get(MessageOutcome.REJECTED, 0):
            raise SystemExit(SOME_REJECTED)

    def _accepted(self, options: dict[str, Any]) -> Import:
        try:
            boundary = unit_with_code(code=options["boundary"]).pk if options["boundary"] else None
            with (
                options["file"].open("rb") as file,
                _bar("Tải lên", options["file"].stat().st_size, self.stderr) as bar,
            ):
                stream = _Watched(file, bar)
                return accept(
                    sent=Sent(stream=stream, most=settings.LARGEST_IMPORT_MIB), client_id=OPERATOR,
                    source=options["source"], boundary=boundary, check_head=check_head, clock=now,
                )  # fmt: skip
        except (ProceduresError, UnitUnknown, Invalid) as error:
            body = body_of(problem_of(error), attributes=vars(error))
            faults = [f"{fault.name}: {fault.detail}" for fault in getattr(error, "faults", [])]
            raise CommandError("\n".join([f"{body['title']}. {body['detail']}", *faults])) from error


class _Watched:
    def __init__(self, file: Any, bar: Any) -> None:
        self._file, self._bar = file, bar

    def read(self, size: int, /) -> bytes:
        """Return the next bytes and move the bar."""
        block: bytes = self._file.read(size)
        self._bar.update(len(block))
        return block


def _followed(job: Import, out: Any) -> Import:
    """Read the file to its end, beside whoever reads it too."""
    told = time.monotonic()
    with _bar("Nhập", job.bytes_total, out, job.bytes_done) as bar:

        def tell(at: Import) -> None:
            nonlocal told
            bar.set_postfix(rows=at.rows_done, rejected=at.counts.get(MessageOutcome.REJECTED, 0), refresh=False)
            bar.update(at.bytes_done - bar.n)
            if bar.disable and time.monotonic() - told > BETWEEN_LINES:
                told = time.monotonic()
                out.write(f"{at.rows_done} rows, {100 * at.bytes_done / max(at.bytes_total, 1):.0f} %")

        while not job.is_over:
            mine = work_off(reading=reading(tell=tell), import_id=job.pk)
            job = mine or import_of(client_id=OPERATOR, import_id=job.pk)
            if mine is None and not job.is_over:
                tell(job)
                time.sleep(PATIENCE)
    return job


def _bar(what: str, total: int, out: Any, done: int = 0) -> Any:
    """Return a progress bar in bytes; where nobody watches (no terminal) it is silent, and plain lines are written."""
    stream: TextIO = getattr(out, "_out", out)
    return tqdm(
        desc=what, total=total, initial=done, unit="B", unit_scale=True, file=stream, disable=not stream.isatty()
    )


def _file(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise ArgumentTypeError(f"{text} is not a file")
    return path
