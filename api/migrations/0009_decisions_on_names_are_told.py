"""Decisions on names write their events themselves: what was decided is read where it may be read."""

from django.db import migrations

WATCH = """
SELECT watch('procedures_namedecision', 'official_name_decision', 'id', 'unit_id', 'units:read', '{number,meaning}')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0008_events_follow_the_writers"),
        ("procedures", "0012_decisions_on_names_never_change"),
    ]

    operations = [migrations.RunSQL(WATCH, "SELECT unwatch('procedures_namedecision')")]
