"""Who published a version of a form is kept; cells tell apart what citizens gave by themselves.

Of versions there are already the first of a form is taken for the reference data's: nothing else wrote first ones before
provinces could, and whatever came later is left to them.
"""

from django.db import migrations, models

FIRST_ONES = """
ALTER TABLE feedback_ratingformversion DISABLE TRIGGER published_form_never_changes;
UPDATE feedback_ratingformversion SET recorded_by = 'reference-data' WHERE number = 1;
ALTER TABLE feedback_ratingformversion ENABLE TRIGGER published_form_never_changes;
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0024_who_left_a_cell")]

    operations = [
        migrations.AddField(
            "ratingformversion",
            "recorded_by",
            models.CharField(blank=True, max_length=100, default=""),
            preserve_default=False,
        ),
        migrations.RunSQL(FIRST_ONES, migrations.RunSQL.noop),
        migrations.AddField("ratingsummary", "is_self_given", models.BooleanField(blank=True, null=True)),
    ]
