"""What no transaction tells of a unit, as it was declared: it is kept as it is."""

import django.db.models.deletion
from django.db import migrations, models

KEEP = """
CREATE TRIGGER declaration_never_changes BEFORE UPDATE OR DELETE ON feedback_unitdeclaration
    FOR EACH ROW EXECUTE FUNCTION feedback_keep_as_it_is();
CREATE TRIGGER declarations_are_never_emptied BEFORE TRUNCATE ON feedback_unitdeclaration
    FOR EACH STATEMENT EXECUTE FUNCTION feedback_keep_as_it_is();
"""
LET_GO = """
DROP TRIGGER declarations_are_never_emptied ON feedback_unitdeclaration;
DROP TRIGGER declaration_never_changes ON feedback_unitdeclaration;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0021_rows_are_read_on_record"),
        ("units", "0005_successions_revoked"),
    ]

    operations = [
        migrations.CreateModel(
            name="UnitDeclaration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("one_stop", models.JSONField(blank=True, null=True)),
                ("publication", models.JSONField(blank=True, null=True)),
                ("evidence", models.TextField()),
                ("recorded_by", models.CharField(max_length=100)),
                ("recorded_at", models.DateTimeField()),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="feedback.period"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("unit", "period", "number"), name="a_declaration_is_told_once_a_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("one_stop__isnull", False), ("publication__isnull", False), _connector="OR"
                        ),
                        name="a_declaration_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("evidence", ""), _negated=True), name="a_declaration_has_its_evidence"
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEEP, LET_GO),
    ]
