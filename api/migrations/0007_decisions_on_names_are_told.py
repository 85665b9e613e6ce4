"""Decisions on names write their events themselves: what was decided is read where it may be read."""

from django.db import migrations

WATCH = """
SELECT watch('procedures_namedecision', 'official_name_decision', 'id', 'unit_id', 'units:read', '{number,meaning}')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0006_days_without_hours"),
        ("procedures", "0007_decisions_on_names_never_change"),
    ]

    operations = [migrations.RunSQL(WATCH, "SELECT unwatch('procedures_namedecision')")]
