"""The rule of who may know of a complaint, written a second time: day by day, with sets, no ranges and no SQL.

It reads the tables as they are and answers for one viewer and one complaint. It shares nothing with the query.
"""

import datetime as dt
from functools import cache, cached_property

from feedback.complaints.models import Complaint
from procedures.transactions.models import Step, Transaction
from units.models import Posting, UnitSuccession, UnitVersion
from units.vocabulary import Viewer


class Oracle:
    """The organisation and the cases, read once."""

    def __init__(self, today: dt.date) -> None:
        self.today = today
        self.versions = list(UnitVersion.objects.all())
        self.postings = list(Posting.objects.all())
        self.transactions, self.steps = list(Transaction.objects.all()), list(Step.objects.all())
        self.handovers = list(UnitSuccession.objects.exclude(successor=None))
        self._version, self._life, self._line = cache(self._version), cache(self._life), cache(self._line)  # type: ignore[method-assign]
        self._above, self._heritage = cache(self._above), cache(self._heritage)  # type: ignore[method-assign]

    @cached_property
    def complaints(self) -> list[Complaint]:
        return list(Complaint.objects.prefetch_related("subjects"))

    def sees(self, viewer: Viewer, complaint: Complaint) -> bool:
        """Tell whether the viewer may know of the complaint."""
        act = complaint.happened_on or complaint.filed_on
        meant = {(s.official_id, s.unit_id) for s in complaint.subjects.all()}
        possible = self._handlers(complaint) if (None, None) in meant else set()
        if viewer.official and any(official == viewer.official for official, _ in meant | possible):
            return False
        named = [self._units_of(official, act) | ({unit} if unit else set()) for official, unit in meant]
        accused = [*named, *(
            (self._units_of(official, act) if self._is_known(complaint) else set()) | ({unit} if unit else set())
            for official, unit in possible
        )]  # fmt: skip
        for day in (act, self.today):
            shut: set[int] = set()
            for unit in self._units_of(viewer.official, act):
                shut |= self._line(unit, day, down=True)
            if viewer.boundary:
                shut |= self._line(viewer.boundary, day, down=False)
            if any(self._as_of(unit, day) & shut for units in accused for unit in units):
                return False
        return viewer.boundary is None or all(units & self._heritage(viewer.boundary) for units in named)

    def _handlers(self, complaint: Complaint) -> set[tuple[int | None, int | None]]:
        """Whom a description may mean: who had the dossier in hand; where none is known, who ever had one."""
        mine = [t for t in self.transactions if t.dossier_code == complaint.dossier_code]
        steps = [s for s in self.steps if not mine or s.transaction_id == mine[0].pk]
        if not mine:
            return {(s.official_id, None) for s in steps} | {(None, t.receiving_unit_id) for t in self.transactions}
        units = {mine[0].receiving_unit_id, mine[0].settling_unit_id}
        return {(s.official_id, s.unit_id) for s in steps} | {(None, unit) for unit in units}

    def _is_known(self, complaint: Complaint) -> bool:
        return any(t.dossier_code == complaint.dossier_code for t in self.transactions)

    def _units_of(self, official: int | None, act: dt.date) -> set[int]:
        """Where an official serves, on the day of the act and today."""
        mine = [p for p in self.postings if p.official_id == official and (_in(p, act) or _in(p, self.today))]
        return {p.home_unit_id for p in mine} | {p.serving_unit_id for p in mine}

    def _version(self, unit: int, day: dt.date) -> UnitVersion | None:
        return next((v for v in self.versions if v.unit_id == unit and _in(v, day)), None)

    def _life(self, unit: int) -> tuple[dt.date, dt.date]:
        mine = [v.valid for v in self.versions if v.unit_id == unit]
        return min(v.lower or dt.date.min for v in mine), max(v.upper or dt.date.max for v in mine)

    def _as_of(self, unit: int, day: dt.date, seen: frozenset[int] = frozenset()) -> set[int]:
        """What a unit is to be looked for as on a day: itself, and what it came from or went into if it was not."""
        found = {unit}
        born, ended = self._life(unit)
        for one in self.handovers:
            if one.predecessor_id == unit and ended <= day and one.effective_date <= day:
                other = one.successor_id or 0
            elif one.successor_id == unit and born > day and one.effective_date > day and self._is_origin(one):
                other = one.predecessor_id
            else:
                continue
            if other not in seen:
                found |= self._as_of(other, day, seen | {unit})
        return found

    def _is_origin(self, one: UnitSuccession) -> bool:
        others = [h for h in self.handovers if h.successor_id == one.successor_id and h.kind != "split"]
        return one.kind != "split" or not others

    def _line(self, unit: int, day: dt.date, *, down: bool) -> set[int]:
        """The unit as of the day, all above it, and all beneath it unless it is a province."""
        line: set[int] = set()
        for body in self._as_of(unit, day):
            line |= {body, *self._above(body, day)}
            version = self._version(body, day)
            if down and version and version.kind != "province":
                line |= {v.unit_id for v in self.versions if _in(v, day) and body in self._above(v.unit_id, day)}
        return line

    def _above(self, unit: int, day: dt.date) -> list[int]:
        above = []
        version = self._version(unit, day)
        while version and version.parent_id:
            above.append(version.parent_id)
            version = self._version(version.parent_id, day)
        return above

    def _heritage(self, unit: int) -> set[int]:
        """The unit, all that stood under it last, and all that came to any of them but by a split."""
        inside, grown = {unit}, True
        while grown:
            last = {}
            for v in sorted(self.versions, key=lambda v: v.valid.lower or dt.date.min):
                if (v.valid.lower or dt.date.min) <= self.today:
                    last[v.unit_id] = v.parent_id
            more = {child for child, parent in last.items() if parent in inside} | {
                h.predecessor_id for h in self.handovers
                if h.kind != "split" and h.effective_date <= self.today and h.successor_id in inside
            }  # fmt: skip
            grown = not more <= inside
            inside |= more
        return inside


def _in(row: UnitVersion | Posting, day: dt.date) -> bool:
    return (row.valid.lower or dt.date.min) <= day < (row.valid.upper or dt.date.max)
