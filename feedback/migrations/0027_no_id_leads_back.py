"""When the link of a rating is destroyed, the id that its giver's machine made goes too: it may hold the time."""

from django.db import migrations

KEEPS = """
CREATE OR REPLACE FUNCTION feedback_rating_keeps_its_versions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decided text[] := '{state,quarantine_reason}';
    said text[] := '{form_version_id,answers,overall,normalised,is_dissatisfied,comment,comment_masked,version}';
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - decided = to_jsonb(OLD) - decided THEN
        RETURN NEW;
    END IF;
    --destroyed
    IF TG_OP = 'UPDATE' AND NEW.version = OLD.version + 1 AND to_jsonb(NEW) - said = to_jsonb(OLD) - said THEN
        INSERT INTO feedback_ratingversion (rating_id, number, form_version_id, answers, overall, normalised,
                                            is_dissatisfied, comment, comment_masked)
        VALUES (OLD.id, OLD.version, OLD.form_version_id, OLD.answers, OLD.overall, OLD.normalised,
                OLD.is_dissatisfied, OLD.comment, OLD.comment_masked);
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% never changes', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
"""
DESTROYED = """
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'given_id' = to_jsonb(OLD) - 'given_id'
        AND NOT EXISTS (SELECT FROM feedback_ratinglink WHERE rating_id = OLD.id)
    THEN
        RETURN NEW;
    END IF;
"""
LET_GO = """
UPDATE feedback_rating g SET given_id = gen_random_uuid()
WHERE NOT EXISTS (SELECT FROM feedback_ratinglink l WHERE l.rating_id = g.id);
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0026_no_index_that_nobody_reads")]

    operations = [
        migrations.RunSQL(KEEPS.replace("--destroyed", DESTROYED), KEEPS.replace("--destroyed", "")),
        migrations.RunSQL(LET_GO, migrations.RunSQL.noop),
    ]
