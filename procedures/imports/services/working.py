"""Read the rows of a file, a chunk at a time, through the same door as every message.

Note [Who works on a file]: a worker holds an import by a lease, so that nobody else begins with it, and each chunk is
committed only if, under the import's lock, the lease is still its own and the place still the one it read from. So a
worker that was thought dead and is not can do no harm, whatever the clocks say. After a turn the worker that has waited
longest goes on: a small file never waits for the end of a large one.
"""

import datetime as dt
import json
import time
import uuid
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.db import DataError, IntegrityError
from django.db.models import F, Q, QuerySet
from django.db.transaction import atomic

from procedures.errors import RowFault
from procedures.imports.models import UNFINISHED, Import, ImportReportPart
from procedures.imports.rules import Layout, Row, rows_of
from procedures.imports.services import pieces
from procedures.imports.services.accepting import Clock
from procedures.imports.services.ending import end
from procedures.transactions.services import IncomingMessage, RowResult, receive
from procedures.vocabulary import ImportFault, ImportFormat, ImportState, MessageOutcome

CHUNK_ROWS = 1000
CHUNK_BYTES = 4 * 1024 * 1024
LEASE = dt.timedelta(seconds=10)
TURN = 20.0
"""Seconds a worker stays with one file while others wait."""

ReadRow = Callable[[Row, Layout | None, dt.datetime], IncomingMessage]


@dataclass(frozen=True)
class Reading:
    """How rows are read: `read` makes a message of a row, `may_go_on` tells whether its sender may still send such.

    `is_stopped` is asked between chunks; `tell` is given the import after each.
    """

    via: str
    read: ReadRow
    may_go_on: Callable[[Import], bool]
    clock: Clock
    is_stopped: Callable[[], bool] = lambda: False
    tell: Callable[[Import], None] = lambda _job: None


@dataclass(frozen=True)
class _Chunk:
    """Rows read together; `begins` is where the file must stand for them to count."""

    begins: int
    rows: Sequence[Row]
    ends: int
    next_line: int


def work_off(*, reading: Reading, worker: uuid.UUID, import_id: uuid.UUID | None = None) -> Import | None:
    """Read one import (the one that waited longest) to its end, or for a turn; None when there is nothing to do.

    What was interrupted goes on at the first row that was not acknowledged.
    """
    job = _claimed(_waiting(reading.clock(), import_id), worker, reading.clock())
    if job is None:
        return None
    until = time.monotonic() + TURN
    try:
        for chunk in _chunks(job):
            if reading.is_stopped() or time.monotonic() > until:
                return _released(job.pk, worker)
            taken = _take(job.pk, worker, chunk, reading)
            if taken is None:
                return Import.objects.get(pk=job.pk)
            job = taken
            reading.tell(job)
            if job.is_over:
                return job
    except pieces.PieceMissing:
        return _failed(job.pk, worker, ImportFault.FILE_DAMAGED, reading.clock())
    return _finished(job.pk, worker, reading)


def fail(*, worker: uuid.UUID, now: dt.datetime) -> None:
    """Close what a worker held when something broke that no second try will mend."""
    for pk in Import.objects.filter(leased_by=worker, state=ImportState.RUNNING).values_list("pk", flat=True):
        _failed(pk, worker, ImportFault.SERVICE_FAILED, now)


def _waiting(now: dt.datetime, import_id: uuid.UUID | None) -> QuerySet[Import]:
    waiting = Import.objects.filter(Q(leased_until=None) | Q(leased_until__lt=now), state__in=UNFINISHED)
    if import_id is not None:
        waiting = waiting.filter(pk=import_id)
    return waiting.order_by(F("worked_at").asc(nulls_first=True), "requested_at")


@atomic
def _claimed(waiting: QuerySet[Import], worker: uuid.UUID, now: dt.datetime) -> Import | None:
    job = waiting.select_for_update(skip_locked=True).first()
    if job is None:
        return None
    job.state, job.leased_by, job.leased_until, job.worked_at = ImportState.RUNNING, worker, now + LEASE, now
    job.started_at = job.started_at or now
    job.save()
    return job


def _chunks(job: Import) -> Iterator[_Chunk]:
    layout = layout_of(job)
    blocks = pieces.read(job.pk, at=job.bytes_done, total=job.bytes_total)
    begins, rows, size = job.bytes_done, [], 0
    for row in rows_of(blocks, at=begins, line=job.lines_done + 1, layout=layout):
        rows.append(row)
        size += len(row.raw)
        if len(rows) == CHUNK_ROWS or size >= CHUNK_BYTES:
            yield _Chunk(begins, rows, row.end, row.next_line)
            begins, rows, size = row.end, [], 0
    if rows:
        yield _Chunk(begins, rows, rows[-1].end, rows[-1].next_line)


def layout_of(job: Import) -> Layout | None:
    """Return the layout of a CSV file; None for JSON Lines."""
    if job.format == ImportFormat.JSON_LINES:
        return None
    return Layout(job.layout["delimiter"], tuple(job.layout["columns"]))


def _take(job_id: uuid.UUID, worker: uuid.UUID, chunk: _Chunk, reading: Reading) -> Import | None:
    """Take a chunk in; None when it is no longer this worker's to take (Note [Who works on a file])."""
    began, now = time.monotonic(), reading.clock()
    layout = layout_of(Import.objects.only("format", "layout").get(pk=job_id))
    messages = [reading.read(row, layout, now) for row in chunk.rows]
    with atomic():
        job = _locked(job_id, worker)
        if job is None or job.bytes_done != chunk.begins:
            return None
        if not reading.may_go_on(job):
            return end(job, state=ImportState.FAILED, now=now, fault=ImportFault.RIGHTS_CHANGED)
        results = _received(messages, job, reading.via, now)
        packed = zlib.compress(b"\n".join(_reported(job, chunk.rows, results)))
        ImportReportPart.objects.create(job=job, first_row=job.rows_done + 1, packed=packed)
        for result in results:
            job.counts[result.outcome.value] = job.counts.get(result.outcome.value, 0) + 1
        job.bytes_done, job.lines_done = chunk.ends, chunk.next_line - 1
        job.rows_done += len(chunk.rows)
        job.worked_seconds += time.monotonic() - began
        job.worked_at, job.leased_until = now, reading.clock() + LEASE
        job.save()
    return job


def _received(messages: Sequence[IncomingMessage], job: Import, via: str, now: dt.datetime) -> list[RowResult]:
    """Hand the rows over; one that the database cannot take is found by halving, and spoils no other."""
    try:
        with atomic():
            return receive(
                messages, source=job.source, client_id=job.client_id, via=via, now=now, boundary=job.boundary_id,
                may_overwrite=job.may_overwrite,
            )  # fmt: skip
    except (DataError, IntegrityError):
        if len(messages) == 1:
            faults = (RowFault("", "not_storable"),)
            return [RowResult(messages[0].dossier_code, MessageOutcome.REJECTED, faults)]
        half = len(messages) // 2
        return [*_received(messages[:half], job, via, now), *_received(messages[half:], job, via, now)]


def _reported(job: Import, rows: Sequence[Row], results: Sequence[RowResult]) -> Iterator[bytes]:
    for number, (row, result) in enumerate(zip(rows, results, strict=True), start=job.rows_done + 1):
        told = {
            "row": number,
            "line": row.line,
            "key": result.dossier_code,
            "outcome": result.outcome.value,
            "faults": [[fault.pointer, fault.code] for fault in result.faults],
            "warnings": result.warnings,
            "message_id": result.message_id,
        }
        yield json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _locked(job_id: uuid.UUID, worker: uuid.UUID) -> Import | None:
    held = Import.objects.select_for_update().filter(pk=job_id, leased_by=worker, state=ImportState.RUNNING)
    return held.first()


@atomic
def _finished(job_id: uuid.UUID, worker: uuid.UUID, reading: Reading) -> Import:
    job = _locked(job_id, worker)
    if job is None:
        return Import.objects.get(pk=job_id)
    job.bytes_done = job.bytes_total
    ended = end(job, state=ImportState.FINISHED, now=reading.clock())
    reading.tell(ended)
    return ended


@atomic
def _failed(job_id: uuid.UUID, worker: uuid.UUID, fault: ImportFault, now: dt.datetime) -> Import:
    job = _locked(job_id, worker)
    return Import.objects.get(pk=job_id) if job is None else end(job, state=ImportState.FAILED, now=now, fault=fault)


@atomic
def _released(job_id: uuid.UUID, worker: uuid.UUID) -> Import:
    job = _locked(job_id, worker)
    if job is None:
        return Import.objects.get(pk=job_id)
    job.leased_by = job.leased_until = None
    job.save()
    return job
