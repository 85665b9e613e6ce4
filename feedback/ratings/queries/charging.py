"""Whom a rating speaks about: the unit and the official of that step on that day."""

from dataclasses import dataclass

from procedures.models import Step, Transaction
from procedures.vocabulary import StepKind


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
    transaction = Transaction.objects.select_related("procedure_version").get(pk=transaction_id)
    done = Step.objects.filter(transaction_id=transaction_id, kind=step).order_by("-at", "-pk").first()
    named = {
        StepKind.RECEPTION: transaction.receiving_unit_id,
        StepKind.SETTLEMENT: transaction.settling_unit_id,
    }
    version = transaction.procedure_version
    return Charge(
        unit_id=done.unit_id if done and done.unit_id else named.get(step),
        official_id=done.official_id if done else None,
        procedure_id=transaction.procedure_id,
        field_id=version.field_id if version else None,
    )
