"""Who may decide on an exclusion, and what may follow what."""

from collections.abc import Collection, Mapping

from procedures.vocabulary import ExclusionState

_NEXT: Mapping[str, frozenset[str]] = {
    ExclusionState.PROPOSED: frozenset({
        ExclusionState.APPROVED, ExclusionState.REFUSED, ExclusionState.WITHDRAWN,
    }),
    ExclusionState.APPROVED: frozenset({ExclusionState.WITHDRAWN, ExclusionState.REVOKED}),
}  # fmt: skip


def may_become(state: str, new: str) -> bool:
    """Tell whether an exclusion may go from one state to another; what was refused, withdrawn or revoked stays so.

    Source: our choice, because a new proposal is a new paper, and an approval that proves wrong must be taken back.
    """
    return new in _NEXT.get(state, frozenset())


def is_outside(
    *, boundary: int | None, above: Collection[int], posts: Collection[int], inside: Collection[int]
) -> bool:
    """Tell whether who decides stands outside the unit that proposes.

    He decides for a unit above it (`boundary`, one of `above`; None is the province's office), and holds no post in the
    unit, in one under it or in one whose work it took over (`posts`, `inside`): who gains by the figure or must obey
    who gains by it does not decide.

    Source: our choice, after Luật Phòng, chống tham nhũng 2018 (điều 23: xung đột lợi ích), because an exclusion makes
    a unit's own figure better.
    """
    decides_above = boundary is None or boundary in above
    return decides_above and not set(posts) & set(inside)
