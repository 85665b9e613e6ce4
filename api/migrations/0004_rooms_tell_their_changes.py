"""Ratings, complaints, runs and publications write their events themselves.

Events of ratings and complaints are thin: an opaque id, no unit, no content, and the day instead of the moment.
"""

from django.db import migrations

WATCHED = {
    "feedback_rating": "'rating', 'id', '', 'ratings:manage', '{}', 'day'",
    "feedback_complaint": "'complaint', 'id', '', 'complaints:read', '{}', 'day'",
    "feedback_assessmentrun": "'assessment_run', 'id', '', 'assessments:manage', '{state}'",
    "feedback_publication": "'publication', 'id', '', 'assessments:read', '{digest}'",
}


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0003_outbox_triggers"),
        ("feedback", "0005_published_is_frozen"),
    ]

    operations = [
        migrations.RunSQL(f"SELECT watch('{table}', {told})", f"SELECT unwatch('{table}')")
        for table, told in WATCHED.items()
    ]
