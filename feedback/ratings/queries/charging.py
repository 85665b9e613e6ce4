"""Whom a rating speaks about: the unit and the official of that step on that day."""

import datetime as dt
from dataclasses import dataclass

from procedures.prepared import Prepared
from procedures.transactions.queries import place_of_step
from procedures.vocabulary import StepKind

CHARGED = """
       COALESCE(done.unit_id, CASE {step} WHEN 'reception' THEN t.receiving_unit_id
                                          WHEN 'settlement' THEN t.settling_unit_id END),
       done.official_id, t.procedure_id, v.field_id, t.dossier_code
"""
"""The columns of a Charge, for a step of `procedures_transaction t` and what is joined by DONE."""
CLOCKS_DIFFER = "interval '15 minutes'"
"""So much later a step may stand than what followed it: it is told by another clock than ours. Our choice."""
DONE = """
LEFT JOIN procedures_procedureversion v ON v.id = t.procedure_version_id
LEFT JOIN LATERAL (
    SELECT s.unit_id, s.official_id FROM procedures_step s WHERE s.transaction_id = t.id AND s.kind = {step}
    ORDER BY s.at <= {moment} + {differ} DESC, {place} LIMIT 1
) done ON true
""".replace("{place}", ", ".join(f"{part} DESC" for part in place_of_step("s"))).replace("{differ}", CLOCKS_DIFFER)
"""The last step of the kind that was done by a moment; where none was, the last that is told."""
_CHARGE = Prepared(
    "charge_of_rating",
    f"SELECT {CHARGED} FROM procedures_transaction t {DONE} WHERE t.id = %(transaction)s".format(  # noqa: S608 - the names are written above
        step="%(step)s", moment="%(now)s"
    ),
    step="varchar", transaction="bigint", now="timestamptz",
)  # fmt: skip


@dataclass(frozen=True)
class Charge:
    """Primary keys of what a rating is counted under, None where it is not known; and the transaction's number."""

    unit_id: int | None
    official_id: int | None
    procedure_id: int
    field_id: int | None
    dossier_code: str


def charge_of(*, transaction_id: int, step: StepKind, now: dt.datetime) -> Charge:
    """Return whom the last step of this kind by now was done by.

    Without such a step the unit is the one that the transaction itself names for receiving or settling; the unit that
    returns is then not known, and neither is the official.
    """
    ((*charge,),) = _CHARGE.rows({"transaction": transaction_id, "step": step.value, "now": now})
    return Charge(*charge)
