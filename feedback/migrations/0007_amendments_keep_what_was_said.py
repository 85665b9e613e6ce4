"""An amendment of a rating leaves the version before it, whoever writes it; nothing else of a rating ever changes."""

from django.db import migrations

KEEP = """
CREATE FUNCTION feedback_rating_keeps_its_versions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decided text[] := '{state,quarantine_reason}';
    said text[] := '{form_version_id,answers,overall,normalised,is_dissatisfied,comment,comment_masked,version}';
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - decided = to_jsonb(OLD) - decided THEN
        RETURN NEW;
    END IF;
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
DROP TRIGGER rating_may_only_be_quarantined ON feedback_rating;
CREATE TRIGGER rating_keeps_its_versions BEFORE UPDATE OR DELETE ON feedback_rating
    FOR EACH ROW EXECUTE FUNCTION feedback_rating_keeps_its_versions();
CREATE TRIGGER rating_version_never_changes BEFORE UPDATE OR DELETE ON feedback_ratingversion
    FOR EACH ROW EXECUTE FUNCTION feedback_keep_as_it_is();
"""
LET_GO = """
DROP TRIGGER rating_version_never_changes ON feedback_ratingversion;
DROP TRIGGER rating_keeps_its_versions ON feedback_rating;
CREATE TRIGGER rating_may_only_be_quarantined BEFORE UPDATE OR DELETE ON feedback_rating
    FOR EACH ROW EXECUTE FUNCTION feedback_keep_as_it_is('state', 'quarantine_reason');
DROP FUNCTION feedback_rating_keeps_its_versions();
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0006_rating_versions")]

    operations = [migrations.RunSQL(KEEP, LET_GO)]
