"""Take a file in as it comes: unpacked, cut into pieces, sealed and stored, with one piece in memory at a time.

Each piece is committed by itself. One long database transaction would keep the event feed from telling anything
until the last byte came.
"""

import codecs
import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from django.db import IntegrityError, OperationalError
from django.db.transaction import atomic
from psycopg2.errors import DiskFull

from procedures.errors import (
    FileCutOff,
    FileDiffers,
    FileEmpty,
    FileTooLarge,
    FileUnreadable,
    StorageFull,
    TooManyImports,
)
from procedures.imports.models import UNFINISHED, Import, ImportPiece
from procedures.imports.rules import PIECE, Layout, Unpacking, head_of, is_gzip
from procedures.imports.services import pieces
from procedures.vocabulary import ImportFormat, ImportState

MOST_UNFINISHED = 10
MIB = 1024 * 1024
UPLOAD_LEASE = dt.timedelta(hours=1)
"""An upload of which nothing came for so long is forgotten."""
_RENEW_EVERY = 16

Clock = Callable[[], dt.datetime]
HeadCheck = Callable[[Layout], None]
"""Refuses, by an exception of the caller's, a CSV file whose columns it does not know."""


class Stream(Protocol):
    """What bytes come from: a request, or a file."""

    def read(self, size: int, /) -> bytes:
        """Return at most so many bytes, none at the end."""


@dataclass(frozen=True)
class Sent:
    """A file on its way in: `length` in bytes and `sha256` (hexadecimal) as its sender told them, if he did.

    Without a format it is JSON Lines when its first letter is `{`, else CSV. `most` is the largest size in MiB, of the
    file as it comes and of what it unpacks to.
    """

    stream: Stream
    most: int
    format: ImportFormat | None = None
    length: int | None = None
    sha256: str = ""


def accept(
    *, sent: Sent, client_id: str, source: str, boundary: int | None, check_head: HeadCheck, clock: Clock,
    may_overwrite: bool = False,
) -> Import:  # fmt: skip
    """Store a file and queue it; the same file again, while the first is not read yet, is the first.

    Raises FileEmpty, FileCutOff, FileTooLarge, FileUnreadable, FileUnpacksTooFar, FileDiffers, TooManyImports,
    StorageFull, or what `check_head` raises; then nothing is left of it.
    """
    if Import.objects.filter(client_id=client_id, state__in=UNFINISHED).count() >= MOST_UNFINISHED:
        raise TooManyImports(MOST_UNFINISHED)
    at = clock()
    job = Import.objects.create(
        client_id=client_id, source=source, boundary_id=boundary, may_overwrite=may_overwrite, requested_at=at,
        leased_until=at + UPLOAD_LEASE,
    )  # fmt: skip
    try:
        _store(job, sent, check_head, clock)
        return _queued(job)
    except OperationalError as error:
        _forget(job)
        if isinstance(error.__cause__, DiskFull):
            raise StorageFull from error
        raise
    except BaseException:
        _forget(job)
        raise


def _store(job: Import, sent: Sent, check_head: HeadCheck, clock: Clock) -> None:
    digest = hashlib.sha256()
    number = 0
    for number, plain in enumerate(_whole_pieces(_unpacked(job, sent, digest.update), sent.most * MIB), start=1):
        if number == 1:
            _begin(job, plain, sent.format, check_head)
        pieces.keep(job.pk, number - 1, plain)
        job.bytes_total += len(plain)
        if number % _RENEW_EVERY == 0:
            Import.objects.filter(pk=job.pk).update(leased_until=clock() + UPLOAD_LEASE, bytes_sent=job.bytes_sent)
    if not number:
        raise FileEmpty
    job.sha256 = digest.hexdigest()
    if sent.sha256 and sent.sha256 != job.sha256:
        raise FileDiffers


def _begin(job: Import, first: bytes, told: ImportFormat | None, check_head: HeadCheck) -> None:
    text = first.removeprefix(codecs.BOM_UTF8).lstrip()
    job.format = told or (ImportFormat.JSON_LINES if text.startswith(b"{") else ImportFormat.CSV)
    if not text:
        raise FileEmpty
    if job.format == ImportFormat.JSON_LINES:
        job.bytes_cut = job.bytes_done = len(codecs.BOM_UTF8) if first.startswith(codecs.BOM_UTF8) else 0
        return
    try:
        layout, head = head_of(first)
    except ValueError as error:
        raise FileUnreadable from error
    check_head(layout)
    job.layout = {"delimiter": layout.delimiter, "columns": layout.columns}
    job.bytes_cut = job.bytes_done = head
    job.lines_cut = job.lines_done = 1


def _unpacked(job: Import, sent: Sent, digested: Callable[[bytes], None]) -> Iterator[bytes]:
    unpacking: Unpacking | None = None
    while block := _read(sent):
        digested(block)
        if not job.bytes_sent and is_gzip(block):
            unpacking, job.is_compressed = Unpacking(), True
        job.bytes_sent += len(block)
        if job.bytes_sent > sent.most * MIB:
            raise FileTooLarge(sent.most)
        yield from unpacking.feed(block) if unpacking else (block,)
    if sent.length is not None and job.bytes_sent < sent.length:
        raise FileCutOff
    if unpacking:
        unpacking.finish()


def _read(sent: Sent) -> bytes:
    try:
        return sent.stream.read(PIECE)
    except OSError as error:  # the sender is gone, or his last chunk did not come whole
        raise FileCutOff from error


def _whole_pieces(blocks: Iterator[bytes], most: int) -> Iterator[bytes]:
    held, total = bytearray(), 0
    for block in blocks:
        held += block
        total += len(block)
        if total > most:
            raise FileTooLarge(most // MIB)
        while len(held) >= PIECE:
            yield bytes(held[:PIECE])
            del held[:PIECE]
    if held:
        yield bytes(held)


def _queued(job: Import) -> Import:
    job.state, job.leased_until = ImportState.QUEUED, None
    try:
        with atomic():
            job.save()
    except IntegrityError:
        first = Import.objects.filter(
            client_id=job.client_id, source=job.source, sha256=job.sha256, state__in=UNFINISHED
        ).first()
        if first is None:  # it was read to its end in this very moment
            raise
        _forget(job)
        return first
    return job


def _forget(job: Import) -> None:
    ImportPiece.objects.filter(job_id=job.pk).delete()
    Import.objects.filter(pk=job.pk).delete()
