"""What the figures may take from complaints. These rows name no complainant, but they do not ask who reads them:
whoever shows them keeps the accused's line and small groups out.
"""  # noqa: D205 - one thought, two lines

import datetime as dt
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from feedback.complaints.models import Allegation, Complaint, Conclusion, Finding
from feedback.complaints.rules import COUNTING, FALSE
from feedback.vocabulary import ComplaintState, LegalClass
from units.models import Posting


@dataclass(frozen=True)
class PetitionHandling:
    """How petitions were answered: `on_time` of `handled`; `overdue` are still open after their day."""

    handled: int
    on_time: int
    overdue: int


def upheld_findings(*, first: dt.date, last: dt.date, units: AbstractSet[int] | None = None) -> QuerySet[Finding]:
    """Return the findings upheld, wholly or in part, by conclusions of a period (both days included).

    Each row carries `official_id`, `home_unit_id` and `serving_unit_id` of the official's posting on the day of the
    act, `stated_unit_id`, `procedure_id` (of the dossier), `category_code`, `concluded_on`. With `units`: only those
    whose unit of that day (home, serving, or for an unknown official the stated one) is among them. Of a reopened case
    only the newest conclusion counts.

    Source: TT 01/2018/TT-VPCP, điều 13; only what was concluded upheld may count against anybody.
    """
    posting = Posting.objects.filter(
        official=OuterRef("allegation__subject__official"),
        valid__contains=OuterRef("conclusion__complaint__event_date"),
    )
    newest = Conclusion.objects.filter(complaint=OuterRef("conclusion__complaint")).order_by("-number").values("pk")[:1]
    found = Finding.objects.filter(
        outcome__in=COUNTING, conclusion__concluded_on__range=(first, last), conclusion=Subquery(newest)
    ).annotate(
        official_id=F("allegation__subject__official_id"),
        stated_unit_id=F("allegation__subject__unit_id"),
        home_unit_id=Subquery(posting.values("home_unit")[:1]),
        serving_unit_id=Subquery(posting.values("serving_unit")[:1]),
        procedure_id=F("conclusion__complaint__transaction__procedure_id"),
        category_code=F("allegation__category__code"),
        concluded_on=F("conclusion__concluded_on"),
    )
    if units is not None:
        stated = Q(official_id__isnull=True, stated_unit_id__in=units)
        found = found.filter(Q(home_unit_id__in=units) | Q(serving_unit_id__in=units) | stated)
    return found


@dataclass(frozen=True)
class StandingComplaint:
    """A complaint that touches the score of one transaction and official; `official_id` is None for an unknown one."""

    transaction_id: int
    official_id: int | None
    is_pending: bool
    is_false: bool


def complaints_on_transactions(*, transaction_ids: Iterable[int]) -> list[StandingComplaint]:
    """Return the complaints about each transaction and official; refused ones were no complaints.

    `is_pending`: not concluded yet, so the score is provisional. `is_false`: every allegation against this accused was
    found untrue or slander, so the complaint does not count.

    Source: TT 01/2018/TT-VPCP, điều 13, chỉ số 7 ("xác minh, kết luận là sai hoặc vu cáo" is left out).
    """
    newest = Conclusion.objects.filter(complaint=OuterRef("subject__complaint")).order_by("-number").values("pk")[:1]
    untrue = Q(findings__outcome__in=FALSE, findings__conclusion=Subquery(newest))
    rows = (
        Allegation.objects.filter(subject__complaint__transaction__in=list(transaction_ids))
        .exclude(subject__complaint__state=ComplaintState.REFUSED)
        .values("subject_id", "subject__complaint__transaction_id", "subject__official_id", "subject__complaint__state")
        .annotate(alleged=Count("pk", distinct=True), untrue=Count("pk", filter=untrue, distinct=True))
        .order_by("subject_id")
    )
    return [
        StandingComplaint(
            transaction_id=row["subject__complaint__transaction_id"],
            official_id=row["subject__official_id"],
            is_pending=row["subject__complaint__state"] != ComplaintState.CONCLUDED,
            is_false=row["subject__complaint__state"] == ComplaintState.CONCLUDED and row["untrue"] == row["alleged"],
        )
        for row in rows
    ]


def petitions_handled(*, first: dt.date, last: dt.date, units: AbstractSet[int], today: dt.date) -> PetitionHandling:
    """Count the petitions about these units whose due day lies in a period, and how many were answered by it.

    A petition belongs to the unit of its accused on the day of the act, or to the stated one. One that is still open
    counts only once its day has passed. None at all gives 0 of 0: indicator 8 then gives full marks, the caller says.

    Source: TT 01/2018/TT-VPCP, điều 13, chỉ số 8.
    """
    posted = Posting.objects.filter(Q(home_unit__in=units) | Q(serving_unit__in=units))
    here = Q(subjects__unit__in=units) | Q(
        subjects__official__postings__in=posted, subjects__official__postings__valid__contains=F("event_date")
    )
    mine = Complaint.objects.filter(here, legal_class=LegalClass.PETITION, due_on__range=(first, last))
    petitions = Complaint.objects.filter(pk__in=mine.values("pk"))
    counts = petitions.aggregate(
        handled=Count("pk", filter=Q(closed_on__isnull=False)),
        on_time=Count("pk", filter=Q(closed_on__lte=F("due_on"))),
        overdue=Count("pk", filter=Q(closed_on__isnull=True, due_on__lt=today)),
    )
    return PetitionHandling(**counts)
