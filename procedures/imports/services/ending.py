"""Stop reading a file, and forget what need not be kept."""

import datetime as dt
import uuid

from django.db.transaction import atomic

from procedures.errors import ImportEnded
from procedures.imports.models import UNFINISHED, Import, ImportChunk, ImportReportPart
from procedures.imports.queries import import_of
from procedures.imports.services import pieces
from procedures.vocabulary import ImportState

REPORTS_KEPT = dt.timedelta(days=90)
"""As long as the journal tells a client of a message."""


@atomic
def cancel(*, import_id: uuid.UUID, client_id: str, now: dt.datetime) -> Import:
    """Read no further row; those that were taken stay, and the report tells which. What is being read does not count.

    Cancelling again changes nothing. Raises ImportUnknown, or ImportEnded when it is over otherwise.
    """
    import_of(client_id=client_id, import_id=import_id)
    job = Import.objects.select_for_update().get(pk=import_id)
    if job.is_over and job.state != ImportState.CANCELLED:
        raise ImportEnded(job.state)
    return job if job.is_over else end(job, state=ImportState.CANCELLED, now=now)


def end(job: Import, *, state: ImportState, now: dt.datetime, fault: str = "") -> Import:
    """Close a locked import and delete its file in the same database transaction.

    A chunk that is being read stays until its reader finds that it counts no longer: he waits for the import's lock.
    """
    job.state, job.fault, job.ended_at = state, fault, now
    if state == ImportState.FINISHED:
        job.bytes_done = job.bytes_total
    job.save()
    pieces.drop(job.pk)
    unread = ImportChunk.objects.select_for_update(skip_locked=True).filter(job=job)
    ImportChunk.objects.filter(pk__in=[chunk.pk for chunk in unread]).delete()
    return job


def forget(*, now: dt.datetime) -> int:
    """Delete uploads that were never finished, and reports older than ninety days; return how many files these were.

    The figures of an import stay.
    """
    broken = Import.objects.filter(state=ImportState.UPLOADING, leased_until__lt=now)
    old = ImportReportPart.objects.filter(job__ended_at__lt=now - REPORTS_KEPT)
    jobs = [*broken.values_list("pk", flat=True)]
    for job_id in jobs:
        pieces.drop(job_id)
    many = old.values("job").distinct().count() + len(jobs)
    old.delete()
    ImportChunk.objects.exclude(job__state__in=UNFINISHED).delete()  # of readers killed in the moment of an end
    Import.objects.filter(pk__in=jobs, state=ImportState.UPLOADING).delete()
    return many
