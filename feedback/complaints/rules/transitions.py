"""The states of a complaint as data: what may follow what, who may do it, by which clause."""

from collections.abc import Mapping
from dataclasses import dataclass

from feedback.vocabulary import ComplaintState, LegalClass

S, C = ComplaintState, LegalClass
HANDLER = "complaints:handle"


@dataclass(frozen=True, slots=True)
class Transition:
    """One step a case may take; `scope` is what its doer must hold, `basis` the clause for each class of complaint."""

    before: ComplaintState
    after: ComplaintState
    scope: str
    basis: Mapping[LegalClass, str]


TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        S.SUBMITTED, S.ACCEPTED, HANDLER,
        {C.PETITION: "NĐ 20/2008, điều 9", C.GRIEVANCE: "Luật Khiếu nại 2011, điều 27",
         C.DENUNCIATION: "Luật Tố cáo 2018, điều 24, 29"},
    ),
    Transition(
        S.SUBMITTED, S.REFUSED, HANDLER,
        {C.PETITION: "NĐ 20/2008, điều 9", C.GRIEVANCE: "Luật Khiếu nại 2011, điều 11",
         C.DENUNCIATION: "Luật Tố cáo 2018, điều 24, 25"},
    ),
    Transition(
        S.ACCEPTED, S.VERIFYING, HANDLER,
        {C.PETITION: "NĐ 20/2008, điều 14", C.GRIEVANCE: "Luật Khiếu nại 2011, điều 29",
         C.DENUNCIATION: "Luật Tố cáo 2018, điều 31"},
    ),
    Transition(
        S.VERIFYING, S.CONCLUDED, HANDLER,
        {C.PETITION: "NĐ 20/2008, điều 14, 19", C.GRIEVANCE: "Luật Khiếu nại 2011, điều 31",
         C.DENUNCIATION: "Luật Tố cáo 2018, điều 35"},
    ),
)  # fmt: skip

OPEN_STATES = frozenset(t.before for t in TRANSITIONS)
"""States from which something still has to follow."""


def transitions_from(state: str) -> tuple[Transition, ...]:
    """Return the steps that a case in this state may take.

    Source: NĐ 20/2008, Luật Khiếu nại 2011, Luật Tố cáo 2018: the clauses in TRANSITIONS.
    """
    return tuple(t for t in TRANSITIONS if t.before == state)


def may_become(state: str, wanted: str) -> bool:
    """Tell whether a case may go from one state to another.

    Source: NĐ 20/2008, Luật Khiếu nại 2011, Luật Tố cáo 2018: the clauses in TRANSITIONS.
    """
    return any(t.after == wanted for t in transitions_from(state))
