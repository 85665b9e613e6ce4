"""Under which other numbers sources tell of dossiers."""

from procedures.transactions.models import DossierAlias


def dossier_meant(*, source: str, code: str) -> str:
    """Return the dossier that a number stands for where this source tells it: the number itself, or another's."""
    found = DossierAlias.objects.filter(source=source, code=code).values_list("dossier_code", flat=True).first()
    return found or code
