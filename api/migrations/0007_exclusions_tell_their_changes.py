"""Exclusions write their events themselves (0003: `watch`)."""

from django.db import migrations

EXCLUSIONS = """
SELECT watch('procedures_exclusion', 'exclusion', 'id', 'unit_id', 'monitoring:read', '{state}')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0006_days_without_hours"),
        ("procedures", "0007_exclusions_are_not_rewritten"),
    ]

    operations = [migrations.RunSQL(EXCLUSIONS, "SELECT unwatch('procedures_exclusion')")]
