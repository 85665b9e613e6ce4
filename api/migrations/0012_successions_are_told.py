"""Successions write their events themselves: recorded, and revoked (0003: `watch`)."""

from django.db import migrations

WATCH = """
SELECT watch('units_unitsuccession', 'unit_succession', 'id', 'predecessor_id', 'units:read',
             '{kind,effective_date,decision_number,revocation_number}')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0011_openings_of_links_are_told"),
        ("units", "0005_successions_revoked"),
    ]

    operations = [migrations.RunSQL(WATCH, "SELECT unwatch('units_unitsuccession')")]
