"""A succession that was recorded by mistake is revoked, and nothing else of it ever changes."""

import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

COUNTED = " AND s.revoked_at IS NULL"
HEIRS = """
CREATE OR REPLACE FUNCTION units_is_heir(heir bigint, ancestor bigint) RETURNS boolean LANGUAGE sql STABLE AS $heir$
    WITH RECURSIVE line(unit_id) AS (
        SELECT ancestor
        UNION
        SELECT s.successor_id FROM line JOIN units_unitsuccession s ON s.predecessor_id = line.unit_id
        WHERE s.successor_id IS NOT NULL%s
    )
    SELECT EXISTS (SELECT 1 FROM line WHERE unit_id = heir)
$heir$;
"""
GUARD = """
CREATE FUNCTION units_keep_succession() RETURNS trigger LANGUAGE plpgsql AS $keep$
BEGIN
    RAISE EXCEPTION 'what is said of a succession never changes; it is revoked' USING ERRCODE = 'restrict_violation';
END
$keep$;
CREATE TRIGGER a_succession_says_the_same_for_ever BEFORE UPDATE ON units_unitsuccession FOR EACH ROW
    WHEN (OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL
          OR (OLD.id, OLD.predecessor_id, OLD.successor_id, OLD.kind, OLD.effective_date, OLD.decision, OLD.note,
              OLD.decision_number, OLD.decision_date, OLD.procedures, OLD.recorded_by, OLD.recorded_at)
             IS DISTINCT FROM
             (NEW.id, NEW.predecessor_id, NEW.successor_id, NEW.kind, NEW.effective_date, NEW.decision, NEW.note,
              NEW.decision_number, NEW.decision_date, NEW.procedures, NEW.recorded_by, NEW.recorded_at))
    EXECUTE FUNCTION units_keep_succession();
CREATE TRIGGER a_succession_stays BEFORE DELETE ON units_unitsuccession
    FOR EACH ROW EXECUTE FUNCTION units_keep_succession();
CREATE TRIGGER successions_are_not_emptied BEFORE TRUNCATE ON units_unitsuccession
    EXECUTE FUNCTION units_keep_succession();
CREATE TRIGGER an_effect_stays BEFORE UPDATE OR DELETE ON units_successioneffect
    FOR EACH ROW EXECUTE FUNCTION units_keep_succession();
CREATE TRIGGER effects_are_not_emptied BEFORE TRUNCATE ON units_successioneffect
    EXECUTE FUNCTION units_keep_succession();
"""
UNGUARD = """
DROP TRIGGER effects_are_not_emptied ON units_successioneffect;
DROP TRIGGER an_effect_stays ON units_successioneffect;
DROP TRIGGER successions_are_not_emptied ON units_unitsuccession;
DROP TRIGGER a_succession_stays ON units_unitsuccession;
DROP TRIGGER a_succession_says_the_same_for_ever ON units_unitsuccession;
DROP FUNCTION units_keep_succession();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("units", "0004_reference_stamps"),
    ]

    operations = [
        migrations.CreateModel(
            name="SuccessionEffect",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "table",
                    models.CharField(
                        choices=[("version", "tên, loại, cấp trên"), ("code", "mã"), ("posting", "vị trí công tác")],
                        max_length=10,
                    ),
                ),
                ("row", models.BigIntegerField()),
                ("before", django.contrib.postgres.fields.ranges.DateRangeField()),
                ("after", django.contrib.postgres.fields.ranges.DateRangeField()),
                ("told", models.JSONField(default=dict)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="unitsuccession",
            name="a_succession_is_told_once",
        ),
        migrations.AddField(
            model_name="unitsuccession",
            name="revocation_date",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="unitsuccession",
            name="revocation_number",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
        migrations.AddField(
            model_name="unitsuccession",
            name="revocation_reason",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="unitsuccession",
            name="revoked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="unitsuccession",
            name="revoked_by",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddConstraint(
            model_name="unitsuccession",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at__isnull", True)),
                fields=("predecessor", "successor", "effective_date"),
                name="a_succession_is_told_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="unitsuccession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("revocation_number", ""),
                        ("revocation_reason", ""),
                        ("revoked_at__isnull", True),
                        ("revoked_by", ""),
                        ("revocation_date__isnull", True),
                    ),
                    models.Q(
                        ("revocation_date__isnull", False),
                        ("revoked_at__isnull", False),
                        models.Q(("revoked_by", ""), _negated=True),
                        models.Q(("revocation_reason", ""), _negated=True),
                        models.Q(("revocation_number", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_revoked_succession_says_by_whom_why_and_by_what",
            ),
        ),
        migrations.AddField(
            model_name="successioneffect",
            name="succession",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="effects", to="units.unitsuccession"
            ),
        ),
        migrations.AddConstraint(
            model_name="successioneffect",
            constraint=models.UniqueConstraint(fields=("succession", "table", "row"), name="an_effect_is_noted_once"),
        ),
        migrations.RunSQL(HEIRS % COUNTED, HEIRS % ""),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
