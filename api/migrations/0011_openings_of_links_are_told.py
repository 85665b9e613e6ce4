"""Each entry of the log of rating links goes to the feed with its digest: a copy of the chain's end outside the table."""

from django.db import migrations

WATCHED = "'feedback_linkaccess', 'rating_link', 'number', '', 'audit:read', '{digest}'"


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0010_spent_proofs"),
        ("feedback", "0009_who_sees_ratings"),
    ]

    operations = [migrations.RunSQL(f"SELECT watch({WATCHED})", "SELECT unwatch('feedback_linkaccess')")]
