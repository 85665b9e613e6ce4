"""Which transaction is meant by a dossier code."""

import datetime as dt

from django.db.models import Q

from procedures.errors import TransactionUnknown
from procedures.models import Transaction
from units.queries import heritage
from units.vocabulary import Viewer


def transaction_to_rate(*, dossier_code: str, viewer: Viewer, on: dt.date) -> Transaction:
    """Find a transaction of the viewer's subtree; raises TransactionUnknown."""
    rows = Transaction.objects.filter(dossier_code=dossier_code)
    if viewer.boundary is not None:
        inside = heritage(unit_id=viewer.boundary, on=on)
        rows = rows.filter(Q(receiving_unit__in=inside) | Q(settling_unit__in=inside))
    transaction = rows.first()
    if transaction is None:
        raise TransactionUnknown
    return transaction
