"""Decisions on names write their events themselves: what was decided is read where it may be read."""

from django.db import migrations

WATCH = """
SELECT watch('procedures_namedecision', 'official_name_decision', 'id', 'unit_id', 'units:read', '{number,meaning}')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0004_rooms_tell_their_changes"),
        ("procedures", "0005_decisions_on_names_never_change"),
    ]

    operations = [migrations.RunSQL(WATCH, "SELECT unwatch('procedures_namedecision')")]
