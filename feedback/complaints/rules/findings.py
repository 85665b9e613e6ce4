"""What findings come to."""

from collections.abc import Iterable

from feedback.vocabulary import ComplaintAnswer, FindingOutcome

COUNTING = frozenset({FindingOutcome.UPHELD, FindingOutcome.PARTLY_UPHELD})
"""The only findings that may ever count against an official."""


def answer_of(outcomes: Iterable[str]) -> ComplaintAnswer:
    """Return what a complaint came to as a whole from the findings of its allegations.

    All upheld is upheld, some of it is partly; without any, one that could not be determined keeps the whole open.

    Source: Luật Tố cáo 2018, điều 35 (đúng, đúng một phần, sai); "undetermined": our choice, because silence about a
    doubt would tell the complainant that he lied.
    """
    found = set(outcomes)
    if found == {FindingOutcome.UPHELD}:
        return ComplaintAnswer.UPHELD
    if found & COUNTING:
        return ComplaintAnswer.PARTLY_UPHELD
    return ComplaintAnswer.UNDETERMINED if FindingOutcome.UNDETERMINED in found else ComplaintAnswer.NOT_UPHELD


def must_give_reason(outcome: str) -> bool:
    """Tell whether a finding cannot stand without its reason.

    Source: Luật Tố cáo 2018, điều 35 (slander needs the intent shown); "undetermined" likewise: our choice.
    """
    return outcome in {FindingOutcome.SLANDER, FindingOutcome.UNDETERMINED}
