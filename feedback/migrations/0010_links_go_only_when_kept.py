"""A link is deleted only after what the figures need of it is kept; what was rated is not rated again; logs only grow."""

from django.db import migrations

KEEP = """
CREATE FUNCTION feedback_link_goes_only_when_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        AND EXISTS (SELECT 1 FROM feedback_keptday WHERE rating_id = OLD.rating_id)
        AND EXISTS (
            SELECT 1 FROM feedback_keptopinion WHERE transaction_id = OLD.transaction_id AND OLD.step = ANY (steps)
        )
    THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% never changes', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
DROP TRIGGER rating_link_never_changes ON feedback_ratinglink;
CREATE TRIGGER rating_link_goes_only_when_kept BEFORE UPDATE OR DELETE ON feedback_ratinglink
    FOR EACH ROW EXECUTE FUNCTION feedback_link_goes_only_when_kept();

CREATE FUNCTION feedback_what_was_rated_stays_rated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM feedback_keptopinion WHERE transaction_id = NEW.transaction_id AND NEW.step = ANY (steps))
    THEN
        RAISE EXCEPTION 'this step was rated before'
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'one_rating_per_transaction_and_step';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER what_was_rated_stays_rated BEFORE INSERT ON feedback_ratinglink
    FOR EACH ROW EXECUTE FUNCTION feedback_what_was_rated_stays_rated();

CREATE FUNCTION feedback_summary_loses_five_or_more() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'figures' = to_jsonb(OLD) - 'figures'
        AND (OLD.figures ->> 'answered')::int - (NEW.figures ->> 'answered')::int >= 5
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% never changes', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER summary_loses_five_or_more BEFORE UPDATE OR DELETE ON feedback_ratingsummary
    FOR EACH ROW EXECUTE FUNCTION feedback_summary_loses_five_or_more();

CREATE TRIGGER link_access_never_changes BEFORE UPDATE OR DELETE ON feedback_linkaccess
    FOR EACH ROW EXECUTE FUNCTION feedback_keep_as_it_is();
CREATE TRIGGER link_access_is_not_emptied BEFORE TRUNCATE ON feedback_linkaccess
    EXECUTE FUNCTION feedback_keep_as_it_is();
CREATE TRIGGER kept_day_never_changes BEFORE UPDATE OR DELETE ON feedback_keptday
    FOR EACH ROW EXECUTE FUNCTION feedback_keep_as_it_is();
CREATE TRIGGER kept_opinion_stays BEFORE DELETE ON feedback_keptopinion
    FOR EACH ROW EXECUTE FUNCTION feedback_keep_as_it_is();
"""
LET_GO = """
DROP TRIGGER kept_opinion_stays ON feedback_keptopinion;
DROP TRIGGER kept_day_never_changes ON feedback_keptday;
DROP TRIGGER link_access_is_not_emptied ON feedback_linkaccess;
DROP TRIGGER link_access_never_changes ON feedback_linkaccess;
DROP TRIGGER summary_loses_five_or_more ON feedback_ratingsummary;
DROP FUNCTION feedback_summary_loses_five_or_more();
DROP TRIGGER what_was_rated_stays_rated ON feedback_ratinglink;
DROP FUNCTION feedback_what_was_rated_stays_rated();
DROP TRIGGER rating_link_goes_only_when_kept ON feedback_ratinglink;
CREATE TRIGGER rating_link_never_changes BEFORE UPDATE OR DELETE ON feedback_ratinglink
    FOR EACH ROW EXECUTE FUNCTION feedback_keep_as_it_is();
DROP FUNCTION feedback_link_goes_only_when_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0009_who_sees_ratings")]

    operations = [migrations.RunSQL(KEEP, LET_GO)]
