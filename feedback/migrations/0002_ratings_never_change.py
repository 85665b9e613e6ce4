"""Published forms, rights and ratings are kept as they are, whoever asks; only what is named below may change."""

from django.db import migrations

KEEP = """
CREATE FUNCTION feedback_keep_as_it_is() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_change text[] := COALESCE(TG_ARGV, '{}');
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - may_change = to_jsonb(OLD) - may_change THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% never changes', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER published_form_never_changes BEFORE UPDATE OR DELETE ON feedback_ratingformversion
    FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION feedback_keep_as_it_is();
CREATE TRIGGER right_may_only_be_revoked BEFORE UPDATE OR DELETE ON feedback_ratingright
    FOR EACH ROW EXECUTE FUNCTION feedback_keep_as_it_is('revoked_at');
CREATE TRIGGER rating_may_only_be_quarantined BEFORE UPDATE OR DELETE ON feedback_rating
    FOR EACH ROW EXECUTE FUNCTION feedback_keep_as_it_is('state', 'quarantine_reason');
CREATE TRIGGER rating_link_never_changes BEFORE UPDATE OR DELETE ON feedback_ratinglink
    FOR EACH ROW EXECUTE FUNCTION feedback_keep_as_it_is();
"""
LET_GO = """
DROP TRIGGER rating_link_never_changes ON feedback_ratinglink;
DROP TRIGGER rating_may_only_be_quarantined ON feedback_rating;
DROP TRIGGER right_may_only_be_revoked ON feedback_ratingright;
DROP TRIGGER published_form_never_changes ON feedback_ratingformversion;
DROP FUNCTION feedback_keep_as_it_is();
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0001_ratings")]

    operations = [migrations.RunSQL(KEEP, LET_GO)]
