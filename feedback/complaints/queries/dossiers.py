"""The one way from a complaint to the dossier it is about: the number that the citizen told.

Note [Told first]: a dossier may be told to us after the complaint about it, so there is no link to be made when either
comes: they are found by the number whenever somebody asks. A number that no dossier carries leads nowhere.
"""


def is_about(*, complaint: str, transaction: str) -> str:
    """Return the condition, in SQL, that a complaint is about a transaction, by the names they have in a statement."""
    return f"({complaint}.dossier_code <> '' AND {complaint}.dossier_code = {transaction}.dossier_code)"
