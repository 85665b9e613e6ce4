"""Names that came without a code, and what people decided that they mean.

Note [Names that people resolve]: a name is charged to the one official of exactly that name who was posted to the unit
on that day, or, where the unit had none, to the one in the units under it; else to nobody, and it is listed until
somebody decides. A decision is about a name in a unit on the days of a period; in steps of which nobody knows the unit,
about the name alone, and the step then is his unit's of that day. The newest one that covers a day speaks for it;
withdrawing is a decision too, so nothing is ever taken out of the ledger. It never overrules an exact match, and it
charges its official only on days on which he was posted to that unit or under it: so it ends by itself when he leaves,
and a namesake who comes later is not mistaken for him. Steps are a function of the messages, the register and the
decisions, in whatever order these came.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from procedures.vocabulary import NameMeaning


@dataclass(frozen=True, slots=True)
class Decision:
    """What a name means on the days of `valid` (anything that knows which days it holds); `official` is a key."""

    number: int
    valid: Any
    meaning: NameMeaning
    official: int | None = None


def decision_on(decisions: Iterable[Decision], day: Any) -> Decision | None:
    """Return the decision that speaks for a day: the newest that covers it, unless it withdraws the others.

    Source: our choice (Note [Names that people resolve]).
    """
    newest = max((one for one in decisions if day in one.valid), key=lambda one: one.number, default=None)
    return None if newest is None or newest.meaning is NameMeaning.WITHDRAWN else newest
