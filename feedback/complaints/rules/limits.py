"""What a deadline of law is made of."""

import datetime as dt
from dataclasses import dataclass

from feedback.vocabulary import ComplaintState, LegalClass
from procedures.calendar.rules import Limit


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """How long the state may take from the day on which a complaint of this class came into this state.

    In force from `since` up to, not including, `until`; `name` is what a due date is stored with.
    """

    name: str
    legal_class: LegalClass
    state: ComplaintState
    limit: Limit
    since: dt.date
    until: dt.date | None = None

    def is_in_force(self, on: dt.date) -> bool:
        """Tell whether the rule is in force on a day.

        Source: Luật Ban hành văn bản quy phạm pháp luật, the text in force when the event happened applies.
        """
        return self.since <= on and (self.until is None or on < self.until)
