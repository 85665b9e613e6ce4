"""Whose word counts for a dossier where a sender may tell of one unit's subtree only.

Note [Words that wait]: whether a dossier belongs to a sender's subtree may become known only after he told of it, and
who may not know of a dossier must not learn that it exists. So what he tells counts, waits or is refused by the set of
all that was told of the dossier, in whatever order it came, and each new word sorts all of it anew.

What senders without a boundary tell counts. While their states do not name both a unit and the procedure, so that there
would be no transaction, the dossier is his who told the oldest state of it as taken in in his own subtree. What another
sender tells counts once a unit of his subtree is named by what counts. He never says that a dossier was taken in
elsewhere than what counts says, but for units of his own subtree, and these only where it was taken in there already:
nothing is carried out of a subtree, or into it. To name another unit as the one that settles it hands the dossier on:
that is his to say.

What does not count waits, or, where it names units and none of them his own, is refused. It stays in the set all the
same, and counts once the rest says so.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol

Place = tuple[bool, dt.datetime, str, str]
"""Whether a state leaves the procedure open, when it was so, who told it, and the digest of what he said."""


class Subtree(Protocol):
    """The units that a sender was granted."""

    def touches(self, units: AbstractSet[int]) -> bool:
        """Tell whether any of these units is one of them.

        Source: our choice (Note [Words that wait]).
        """

    def covers(self, units: AbstractSet[int]) -> bool:
        """Tell whether all of these units are among them.

        Source: our choice (Note [Words that wait]).
        """


@dataclass(frozen=True, slots=True)
class Word:
    """Which units one message names: its states and its steps, and where its states say that the dossier was taken in.

    `place` is None where it tells no state; `subtree` is None for a sender without a boundary.
    """

    place: Place | None
    of_states: frozenset[int]
    of_steps: frozenset[int]
    homes: frozenset[int]
    subtree: Subtree | None = None

    @property
    def is_elsewhere(self) -> bool:
        """Tell whether its states name units, and none of them its sender's own.

        Source: our choice (Note [Words that wait]).
        """
        return self.subtree is not None and bool(self.of_states) and not self.subtree.touches(self.of_states)


def counting_words(words: Sequence[Word]) -> set[int]:
    """Return the numbers of those words of one dossier that count; a function of the set of words.

    Source: our choice (Note [Words that wait]).
    """
    count = {number for number, word in enumerate(words) if word.subtree is None}
    free = [words[number] for number in count]
    if not any(word.of_states for word in free) or not any(word.place and not word.place[0] for word in free):
        count |= _first(words)
    waiting = set(range(len(words))) - count
    while waiting:
        told = [words[number] for number in count]
        named = _union([*(word.of_states for word in told), *(word.of_steps for word in told if word.subtree is None)])
        homes = _union(word.homes for word in told)
        more = {number for number in waiting if _may_count(words[number], named, homes)}
        if not more:
            break
        count, waiting = count | more, waiting - more
    return count


def _first(words: Sequence[Word]) -> set[int]:
    own = [
        (word.place, number)
        for number, word in enumerate(words)
        if word.place and word.subtree and word.homes and word.subtree.covers(word.homes)
    ]
    return {min(own)[1]} if own else set()


def _may_count(word: Word, named: AbstractSet[int], homes: AbstractSet[int]) -> bool:
    if word.subtree is None or not word.subtree.touches(named):
        return False
    strange = word.homes - homes
    return not strange or (word.subtree.covers(strange) and (not homes or word.subtree.touches(homes)))


def _union(sets: Iterable[AbstractSet[int]]) -> frozenset[int]:
    return frozenset().union(*sets)
