"""Which rows of a file a worker reads next.

Note [Who works on a file]: any number of workers read one file at once, because the order of messages changes nothing
(Note [The fold]). Under the import's row lock, for a moment, a worker cuts the next rows off the file and writes down
which: a chunk. It then takes them in, reports them and deletes the chunk in one database transaction, in which it holds
the lock of the chunk's row. So nobody takes a row twice, whatever the clocks say, and the chunk of a worker that was
killed is free as soon as the database sees that it is gone; it comes before anything new is cut. Of a worker that
hangs, or whose machine is away, the database hears nothing for SILENCE, and ends its connection. The import itself is
locked last, when its figures are added up, so that chunks do not wait for each other; who holds it waits for nothing.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db import connection
from django.db.transaction import atomic

from procedures.imports.models import Import, ImportChunk
from procedures.imports.rules import Layout, Row, rows_of
from procedures.imports.services import pieces
from procedures.imports.services.ending import end
from procedures.vocabulary import ImportFault, ImportFormat, ImportState

CHUNK_ROWS = 1000
CHUNK_BYTES = 4 * 1024 * 1024
SILENCE = 60.0
"""Seconds that a worker may hold a chunk without a word to the database: reading rows takes a tenth of a second."""

MayGoOn = Callable[[Import], bool]


@dataclass(frozen=True)
class Given:
    """A chunk that a worker may try to take, with its rows."""

    chunk: ImportChunk
    rows: Sequence[Row]


@atomic
def next_chunk(*, import_id: uuid.UUID, may_go_on: MayGoOn, now: dt.datetime) -> tuple[Import, Given | None]:
    """Return the import as it stands, and rows to read: left over by a dead worker, else cut off the file.

    Without rows it is over, or others are reading its last ones. Whoever may not go on sends no further row.
    Raises PieceMissing.
    """
    job = Import.objects.select_for_update(no_key=True).get(pk=import_id)
    if job.is_over:
        return job, None
    left = ImportChunk.objects.select_for_update(skip_locked=True).filter(job=job).order_by("first_row").first()
    if left is None and job.is_cut_up and job.rows_done < job.rows_cut:
        return job, None
    job.state, job.started_at, job.worked_at = ImportState.RUNNING, job.started_at or now, now
    if not may_go_on(job):
        return end(job, state=ImportState.FAILED, now=now, fault=ImportFault.RIGHTS_CHANGED), None
    given = _rows_again(job, left) if left else _cut(job)
    if given is None and job.is_read:
        return end(job, state=ImportState.FINISHED, now=now), None
    job.save()
    return job, given


def hold(chunk: ImportChunk) -> bool:
    """Hold a chunk until the database transaction ends; False when another worker does, or has done with it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL idle_in_transaction_session_timeout = {SILENCE * 1000:.0f}")
    return ImportChunk.objects.select_for_update(skip_locked=True).filter(pk=chunk.pk).first() is not None


def layout_of(job: Import) -> Layout | None:
    """Return the layout of a CSV file; None for JSON Lines."""
    if job.format == ImportFormat.JSON_LINES:
        return None
    return Layout(job.layout["delimiter"], tuple(job.layout["columns"]))


def _cut(job: Import) -> Given | None:
    rows: list[Row] = []
    size = 0
    for row in _rows(job, at=job.bytes_cut, line=job.lines_cut + 1):
        rows.append(row)
        size += len(row.raw)
        if len(rows) == CHUNK_ROWS or size >= CHUNK_BYTES:
            break
    else:
        job.bytes_cut, begins = job.bytes_total, job.bytes_cut
        return _written(job, rows, begins) if rows else None
    job.bytes_cut, begins = rows[-1].end, job.bytes_cut
    return _written(job, rows, begins)


def _written(job: Import, rows: Sequence[Row], begins: int) -> Given:
    last = rows[-1]
    chunk = ImportChunk.objects.create(
        job=job, first_row=job.rows_cut + 1, rows=len(rows), first_line=job.lines_cut + 1,
        lines=last.next_line - 1 - job.lines_cut, begins=begins, ends=last.end,
    )  # fmt: skip
    job.rows_cut += len(rows)
    job.lines_cut = last.next_line - 1
    return Given(chunk, rows)


def _rows_again(job: Import, left: ImportChunk) -> Given:
    rows = list(islice(_rows(job, at=left.begins, line=left.first_line), left.rows))
    if len(rows) != left.rows or rows[-1].end != left.ends:
        raise pieces.PieceMissing
    return Given(left, rows)


def _rows(job: Import, *, at: int, line: int) -> Iterator[Row]:
    blocks = pieces.read(job.pk, at=at, total=job.bytes_total)
    return rows_of(blocks, at=at, line=line, layout=layout_of(job))
