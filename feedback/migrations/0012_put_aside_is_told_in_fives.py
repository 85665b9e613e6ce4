"""How many ratings of a cell's weeks were put aside is told beside it: five and more, and otherwise nothing moves."""

from django.db import migrations

TELL = """
CREATE OR REPLACE FUNCTION feedback_summary_loses_five_or_more() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'figures' = to_jsonb(OLD) - 'figures'
        AND COALESCE((NEW.figures ->> 'quarantined')::int, 5) >= 5
        AND (
            NEW.figures - 'quarantined' = OLD.figures - 'quarantined'
            OR (OLD.figures ->> 'answered')::int - (NEW.figures ->> 'answered')::int >= 5
        )
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% never changes', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
UPDATE feedback_ratingsummary SET figures = figures || '{"quarantined": null}';
"""
TELL_NO_MORE = """
UPDATE feedback_ratingsummary SET figures = figures - 'quarantined';
CREATE OR REPLACE FUNCTION feedback_summary_loses_five_or_more() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'figures' = to_jsonb(OLD) - 'figures'
        AND (OLD.figures ->> 'answered')::int - (NEW.figures ->> 'answered')::int >= 5
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% never changes', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0011_complaints_walk_indexes")]

    operations = [migrations.RunSQL(TELL, TELL_NO_MORE)]
