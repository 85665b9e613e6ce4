"""Who left a cell together is known, and comes back together; the numbers told beside a cell are two.

Until now who left was as one who never was in a cell.
"""

from django.db import migrations, models

RULE = """
CREATE OR REPLACE FUNCTION feedback_summary_loses_five_or_more() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'figures' = to_jsonb(OLD) - 'figures'
        AND COALESCE((NEW.figures ->> 'quarantined')::int, 5) >= 5
        AND (
            {new} = {old}
            OR (OLD.figures ->> 'answered')::int - (NEW.figures ->> 'answered')::int >= 5
        )
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% never changes', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
"""
TWO = """
UPDATE feedback_ratingsummary
SET figures = figures || jsonb_build_object('put_aside', jsonb_build_object(
    'never_told', figures -> 'quarantined', 'left', NULL::int
));
"""
ONE = "UPDATE feedback_ratingsummary SET figures = figures - 'put_aside';"
FIRST = RULE.format(new="NEW.figures - 'quarantined'", old="OLD.figures - 'quarantined'")
NOW = RULE.format(
    new="NEW.figures - '{quarantined,put_aside}'::text[]", old="OLD.figures - '{quarantined,put_aside}'::text[]"
)


class Migration(migrations.Migration):
    dependencies = [("feedback", "0023_spare_indexes")]

    operations = [
        migrations.AddField(
            model_name="summarisedrating",
            name="left",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.RunSQL(NOW + TWO, ONE + FIRST),
    ]
