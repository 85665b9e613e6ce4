"""Many transactions at once, for what only shows with many."""

from django.db import connection

from procedures.transactions.models import Transaction


def copies(transaction_id: int, amount: int) -> None:
    """Copy a transaction so many times, each under a code of its own."""
    names = [
        str(field.column) for field in Transaction._meta.concrete_fields if field.column not in {"id", "dossier_code"}
    ]
    columns = ", ".join(names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO procedures_transaction (dossier_code, {columns}) SELECT 'COPY-' || n, {columns}"
            " FROM procedures_transaction, generate_series(1, %s) AS n WHERE id = %s",
            [amount, transaction_id],
        )
