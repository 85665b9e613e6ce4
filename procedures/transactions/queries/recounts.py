"""What is to be written anew, and how far that is."""

from typing import Any

from django.db.models import Q, QuerySet

from procedures.errors import RecountUnknown
from procedures.transactions.models import Pause, Recount, Transaction
from procedures.vocabulary import RecountState


def recounts() -> QuerySet[Recount]:
    """Return every recount that was asked for."""
    return Recount.objects.select_related("calendar")


def recount_with_id(*, recount_id: int) -> Recount:
    """Return one; raises RecountUnknown."""
    found = recounts().filter(pk=recount_id).first()
    if found is None:
        raise RecountUnknown
    return found


def open_recounts() -> QuerySet[Recount]:
    """Return those that are not finished, the oldest first."""
    return recounts().exclude(state=RecountState.FINISHED).order_by("id")


def to_recount(*, recount: Recount) -> int:
    """Count the dossiers of a recount that are still to be written."""
    return _remaining(recount).count()


def codes_to_recount(*, recount: Recount, limit: int) -> list[str]:
    """Return the next dossier codes of a recount, in their order."""
    rows = _remaining(recount).order_by("dossier_code")
    return list(rows.values_list("dossier_code", flat=True)[:limit])


def _remaining(recount: Recount) -> QuerySet[Any]:
    """Return the rows behind the last code written.

    By the calendar: what runs, and what ended since the edition came into use, but was counted with an older one (a
    message that was being taken in while the edition was published).
    """
    edition = recount.calendar
    if edition is None:
        named: QuerySet[Any] = Pause.objects.filter(reference=recount.reference or 0)
    else:
        lagging = Q(outcome="") | Q(ended_at__gte=edition.published_at)
        named = Transaction.objects.filter(lagging, calendar__lt=edition.pk)
    return named.filter(dossier_code__gt=recount.done_up_to)
