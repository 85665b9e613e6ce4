"""Load the taxonomy of conduct."""

from collections.abc import Iterable, Mapping

from django.db.transaction import atomic

from feedback.complaints.models import ComplaintCategory


@atomic
def load_categories(*, rows: Iterable[Mapping[str, str]]) -> int:
    """Take in the rows of complaints_taxonomy.csv; return how many changed. A code that is gone stays for old cases."""
    known = {category.code: category for category in ComplaintCategory.objects.all()}
    changed = 0
    for row in rows:
        told = {
            "group": row["group"],
            "name_vi": row["name_vi"],
            "name_en": row["name_en"],
            "severity_default": row["severity_default"],
            "severity_max": row["severity_max"],
            "basis": row["basis"],
            "route": row["route"],
            "is_checkable_in_log": row["auto_evidence"] == "yes",
            "protects_identity": row["identity_protection"] == "yes",
        }
        category = known.get(row["code"])
        if category is None or any(getattr(category, name) != value for name, value in told.items()):
            ComplaintCategory.objects.update_or_create(code=row["code"], defaults=told)
            changed += 1
    return changed
