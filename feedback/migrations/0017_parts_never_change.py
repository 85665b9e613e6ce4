"""A cell that was told before is one part; a part loses five ratings or more, or nothing; every rating told is of one."""

import django.db.models.deletion
from django.db import migrations, models

ONE_PART = """
INSERT INTO feedback_ratingpart (summary_id, channel, dossier_channel, answered, dissatisfied, satisfied, points)
SELECT s.id, '', '', (s.figures ->> 'answered')::int, (s.figures ->> 'dissatisfied')::int,
       CASE WHEN told.levels = 5 THEN told.satisfied END, CASE WHEN told.levels = 5 THEN told.points END
FROM feedback_ratingsummary s JOIN LATERAL (
    SELECT count(*) FILTER (WHERE g.overall >= 4) AS satisfied, COALESCE(sum(g.overall), 0) AS points,
           (SELECT jsonb_array_length(f.content -> 'scale') FROM feedback_ratingformversion f
            WHERE f.id = s.form_version_id) AS levels
    FROM feedback_summarisedrating m JOIN feedback_rating g ON g.id = m.rating_id WHERE m.summary_id = s.id
) told ON true;
UPDATE feedback_summarisedrating m SET part_id = p.id FROM feedback_ratingpart p WHERE p.summary_id = m.summary_id;
SET CONSTRAINTS ALL IMMEDIATE;
"""
KEEP = """
CREATE FUNCTION feedback_part_loses_five_or_more() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE said text[] := '{answered,dissatisfied,satisfied,points}';
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - said = to_jsonb(OLD) - said AND OLD.answered - NEW.answered >= 5 THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% never changes', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER part_loses_five_or_more BEFORE UPDATE OR DELETE ON feedback_ratingpart
    FOR EACH ROW EXECUTE FUNCTION feedback_part_loses_five_or_more();
"""
LET_GO = """
DROP TRIGGER part_loses_five_or_more ON feedback_ratingpart;
DROP FUNCTION feedback_part_loses_five_or_more();
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0016_parts_of_cells")]

    operations = [
        migrations.RunSQL(ONE_PART, "UPDATE feedback_summarisedrating SET part_id = NULL"),
        migrations.AlterField(
            model_name="summarisedrating",
            name="part",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="members", to="feedback.ratingpart"
            ),
        ),
        migrations.RunSQL(KEEP, LET_GO),
    ]
