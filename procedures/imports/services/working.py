"""Read the rows of a file, a chunk at a time, through the same door as every message (Note [Who works on a file]).

After a turn a worker goes on with the file that has waited longest: a small file never waits for the end of a large
one.
"""

import datetime as dt
import json
import time
import uuid
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.db.models import F, QuerySet
from django.db.transaction import atomic
from psycopg2.errors import DeadlockDetected

from procedures.errors import RowFault
from procedures.imports.models import UNFINISHED, Import, ImportChunk, ImportReportPart
from procedures.imports.rules import Layout, Row
from procedures.imports.services import pieces
from procedures.imports.services.accepting import Clock
from procedures.imports.services.cutting import Given, MayGoOn, hold, layout_of, next_chunk
from procedures.imports.services.ending import end
from procedures.transactions.services import IncomingMessage, RowResult, receive
from procedures.vocabulary import ImportFault, ImportState, MessageOutcome

TURN = 20.0
"""Seconds a worker stays with one file while others wait."""
TRIES = 5
"""How often a chunk is taken in when the database finds that two writers wait for each other."""

ReadRow = Callable[[Row, Layout | None, dt.datetime], IncomingMessage]


@dataclass(frozen=True)
class Reading:
    """How rows are read: `read` makes a message of a row, `may_go_on` tells whether its sender may still send such.

    `is_stopped` is asked between chunks; `tell` is given the import after each.
    """

    via: str
    read: ReadRow
    may_go_on: MayGoOn
    clock: Clock
    is_stopped: Callable[[], bool] = lambda: False
    tell: Callable[[Import], None] = lambda _job: None


class _Over(Exception):
    """The import ended while a chunk of it was read; its rows do not count."""


def work_off(*, reading: Reading, import_id: uuid.UUID | None = None) -> Import | None:
    """Read one import (the one that waited longest) as far as there are rows that nobody reads, or for a turn.

    None when there is nothing to do. What was interrupted goes on at the rows that were not acknowledged. Closes the
    import and raises when something breaks that no second try will mend; a database that is away is none of that.
    """
    for pk in list(_waiting(import_id).values_list("pk", flat=True)):
        try:
            job = _turn(pk, reading)
        except pieces.PieceMissing:
            return _failed(pk, ImportFault.FILE_DAMAGED, reading.clock())
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            _failed(pk, ImportFault.SERVICE_FAILED, reading.clock())
            raise
        if job is not None:
            return job
    return None


def _waiting(import_id: uuid.UUID | None) -> QuerySet[Import]:
    waiting = Import.objects.filter(state__in=UNFINISHED)
    if import_id is not None:
        waiting = waiting.filter(pk=import_id)
    return waiting.order_by(F("worked_at").asc(nulls_first=True), "requested_at")


def _turn(import_id: uuid.UUID, reading: Reading) -> Import | None:
    """Read chunks for a turn; None when nothing was there to be read."""
    until, stands = time.monotonic() + TURN, None
    while not reading.is_stopped():
        job, given = next_chunk(import_id=import_id, may_go_on=reading.may_go_on, now=reading.clock())
        if given is not None:
            stands = _take(job, given, reading)
        elif job.is_over:
            stands = job
        else:
            return stands
        if stands is not None:
            reading.tell(stands)
            if stands.is_over or time.monotonic() > until:
                return stands
    return stands


def _take(job: Import, given: Given, reading: Reading) -> Import | None:
    """Take a chunk in and return the import as it then stands; None when the chunk is another's or counts no longer."""
    with atomic():
        if not hold(given.chunk):
            return None
        began = reading.clock()
        layout = layout_of(job)
        messages = [reading.read(row, layout, began) for row in given.rows]
        for tries_left in reversed(range(TRIES)):
            try:
                with atomic():
                    return _taken(job, given, messages, began, reading)
            except _Over:
                given.chunk.delete()
                return None
            except OperationalError as error:
                if not (tries_left and isinstance(error.__cause__, DeadlockDetected)):
                    raise
    raise AssertionError("the last try returns or raises")


def _taken(
    job: Import, given: Given, messages: Sequence[IncomingMessage], began: dt.datetime, reading: Reading
) -> Import:
    results = _received(messages, job, reading.via, began)
    packed = zlib.compress(b"\n".join(_reported(given, results)))
    locked = Import.objects.select_for_update(no_key=True).get(pk=job.pk)
    if locked.is_over:
        raise _Over
    ImportReportPart.objects.create(job=locked, first_row=given.chunk.first_row, packed=packed)
    _add_up(locked, given.chunk, results)
    _count_time(locked, began, reading.clock())
    given.chunk.delete()
    if locked.is_read:
        return end(locked, state=ImportState.FINISHED, now=reading.clock())
    locked.save()
    return locked


def _add_up(job: Import, chunk: ImportChunk, results: Sequence[RowResult]) -> None:
    for result in results:
        job.counts[result.outcome.value] = job.counts.get(result.outcome.value, 0) + 1
    job.bytes_done += chunk.ends - chunk.begins
    job.lines_done += chunk.lines
    job.rows_done += chunk.rows


def _count_time(job: Import, began: dt.datetime, now: dt.datetime) -> None:
    """Add the time of a chunk, but no moment twice in which several workers read."""
    since = max(began, job.worked_until or began)
    job.worked_seconds += max(0.0, (now - since).total_seconds())
    job.worked_until = job.worked_at = now


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


def _reported(given: Given, results: Sequence[RowResult]) -> Iterator[bytes]:
    for number, (row, result) in enumerate(zip(given.rows, results, strict=True), start=given.chunk.first_row):
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


@atomic
def _failed(import_id: uuid.UUID, fault: ImportFault, now: dt.datetime) -> Import:
    job = Import.objects.select_for_update(no_key=True).get(pk=import_id)
    return job if job.is_over else end(job, state=ImportState.FAILED, now=now, fault=fault)
