"""Whom a rating speaks about: the unit and the official of that step on that day."""

from dataclasses import dataclass

from django.db import connection

from procedures.vocabulary import StepKind

_CHARGE = """
SELECT COALESCE(done.unit_id, CASE %(step)s WHEN 'reception' THEN t.receiving_unit_id
                                            WHEN 'settlement' THEN t.settling_unit_id END),
       done.official_id, t.procedure_id, v.field_id
FROM procedures_transaction t
LEFT JOIN procedures_procedureversion v ON v.id = t.procedure_version_id
LEFT JOIN LATERAL (
    SELECT unit_id, official_id FROM procedures_step WHERE transaction_id = t.id AND kind = %(step)s
    ORDER BY at DESC, id DESC LIMIT 1
) done ON true
WHERE t.id = %(transaction)s
"""


@dataclass(frozen=True)
class Charge:
    """Primary keys of what a rating is counted under; None where it is not known."""

    unit_id: int | None
    official_id: int | None
    procedure_id: int
    field_id: int | None


def charge_of(*, transaction_id: int, step: StepKind) -> Charge:
    """Return whom the last step of this kind was done by.

    Without such a step the unit is the one that the transaction itself names for receiving or settling; the unit that
    returns is then not known, and neither is the official.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CHARGE, {"transaction": transaction_id, "step": step.value})
        return Charge(*cursor.fetchone())
