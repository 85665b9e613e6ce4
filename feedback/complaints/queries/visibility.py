"""Which complaints a caller may know of: the only way from a caller to the table."""

import datetime as dt

from django.db.models import Q, QuerySet

from feedback.complaints.models import Complaint
from feedback.complaints.queries.accused import (
    Condition,
    MayAccuse,
    any_of,
    happened_within,
    is_official,
    may_be_official,
    may_stand_in,
    stands_in,
    stands_outside,
)
from units.queries import heritage, line_of
from units.vocabulary import Viewer


def complaints_visible_to(*, viewer: Viewer, today: dt.date) -> QuerySet[Complaint]:
    """Return the complaints that a viewer may know of; every read path and every action starts here.

    Out of sight is every complaint about himself, and about anybody in his line (see Note [The line]), also where it
    only describes somebody who may be one of them (see Note [Described]). A viewer with a
    boundary sees only complaints all of whose accused stand inside it, and none about the boundary's own unit.
    """
    hidden: list[Condition] = []
    if viewer.official is not None:
        hidden += [is_official(viewer.official), may_be_official(viewer.official)]
    for acts, units in line_of(viewer=viewer, today=today).items():
        hidden.append(happened_within(acts, any_of([stands_in(units, today=today), may_stand_in(units)])))
    if viewer.boundary is not None:
        hidden.append(stands_outside(heritage(unit_id=viewer.boundary, on=today), today=today))
    return Complaint.objects.filter(~Q(MayAccuse(any_of(hidden)))) if hidden else Complaint.objects.all()
