"""The work that is done behind the counter, and by whom: each kind does one piece when asked."""

import threading
from collections.abc import Callable

from django.utils.timezone import now

from api.access.queries import principal_with_id
from api.routines.doing import do_next
from api.routines.works import works
from api.transactions.imports.reading import VIA, read_row
from feedback.assessments.queries import queued_runs
from feedback.assessments.services import work_off as assess
from procedures.imports.models import Import
from procedures.imports.services import Reading, work_off
from procedures.transactions.queries import open_recounts
from procedures.transactions.services import renew, renewals_waiting, request_calendar_recount, work_on

OPERATOR = "operator"
"""The sender of files imported at the server's own keyboard."""
RECOUNTER = "run_jobs"
BATCH = 1000
_SCOPE = "transactions:write"

Job = Callable[[threading.Event], str]
"""Does one piece of work, unless told to stop; returns what was done, or "" when there was nothing to do."""


def assess_next(_stop: threading.Event) -> str:
    """Work off the assessment run that has waited longest."""
    run = queued_runs().first()
    if run is None:
        return ""
    done = assess(run_id=run.pk, now=now())
    return f"assessment run {done.pk}: {done.assessments_made} assessments"


def import_next(stop: threading.Event) -> str:
    """Read the file that has waited longest, for a turn."""
    job = work_off(reading=reading(is_stopped=stop.is_set))
    return f"import {job.pk}: {job.state}, {job.rows_done} rows" if job else ""


def recount_next(_stop: threading.Event) -> str:
    """Count a piece of what a new edition of the calendar or an exclusion concerns."""
    at = now()
    request_calendar_recount(by=RECOUNTER, now=at)  # whoever published: the reference data, a person, a library
    waiting = open_recounts().first()
    if waiting is None:
        return ""
    recount = work_on(recount_id=waiting.pk, now=at)
    return f"recount {recount.pk}: {recount.done}/{recount.total}, {recount.changed} changed"


def renew_next(_stop: threading.Event) -> str:
    """Fold transactions again of which somebody decided what a name means, or who followed a unit."""
    done = renew(at_most=BATCH, now=now())
    return f"{done} transactions renewed, {renewals_waiting()} waiting" if done else ""


def routine_next(_stop: threading.Event) -> str:
    """Do what the clock asks for: the nightly examination of ratings and what follows it."""
    return do_next(works=works(), now=now())


def reading(
    *, is_stopped: Callable[[], bool] = lambda: False, tell: Callable[[Import], None] = lambda _job: None
) -> Reading:
    """Return how files are read: by the shapes of the contract, as long as their sender keeps his rights."""
    return Reading(via=VIA, read=read_row, may_go_on=still_may, clock=now, is_stopped=is_stopped, tell=tell)


def still_may(job: Import) -> bool:
    """Tell whether the sender may still send such rows: the scope, the boundary and the source are what they were."""
    if job.client_id == OPERATOR:
        return True
    sender = principal_with_id(job.client_id)
    if sender is None or not sender.may(_SCOPE):
        return False
    if job.may_overwrite and not sender.may("transactions:overwrite"):
        return False
    return sender.boundary == job.boundary_id and (sender.source or sender.id) == job.source


JOBS: dict[str, Job] = {
    "assessments": assess_next,
    "imports": import_next,
    "recounts": recount_next,
    "renewals": renew_next,
    "routines": routine_next,
}
