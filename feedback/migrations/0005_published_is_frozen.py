from django.db import migrations

FREEZE = """
CREATE FUNCTION feedback_refuse_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published assessment never changes' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION feedback_refuse_change_of_published() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_run uuid[];
BEGIN
    IF TG_TABLE_NAME = 'feedback_assessment' THEN
        IF TG_OP <> 'INSERT' THEN of_run := of_run || OLD.run_id; END IF;
        IF TG_OP <> 'DELETE' THEN of_run := of_run || NEW.run_id; END IF;
    ELSE
        IF TG_OP <> 'INSERT' THEN
            of_run := of_run || (SELECT run_id FROM feedback_assessment WHERE id = OLD.assessment_id);
        END IF;
        IF TG_OP <> 'DELETE' THEN
            of_run := of_run || (SELECT run_id FROM feedback_assessment WHERE id = NEW.assessment_id);
        END IF;
    END IF;
    IF EXISTS (SELECT 1 FROM feedback_assessmentrun WHERE id = ANY (of_run) AND state = 'published') THEN
        RAISE EXCEPTION 'a published assessment never changes' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER a_published_run_is_frozen BEFORE UPDATE OR DELETE ON feedback_assessmentrun
    FOR EACH ROW WHEN (OLD.state = 'published') EXECUTE FUNCTION feedback_refuse_published();
CREATE TRIGGER a_publication_is_frozen BEFORE UPDATE OR DELETE ON feedback_publication
    FOR EACH ROW EXECUTE FUNCTION feedback_refuse_published();
CREATE TRIGGER a_published_assessment_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON feedback_assessment
    FOR EACH ROW EXECUTE FUNCTION feedback_refuse_change_of_published();
CREATE TRIGGER a_published_record_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON feedback_assessmentrecord
    FOR EACH ROW EXECUTE FUNCTION feedback_refuse_change_of_published();
CREATE TRIGGER runs_are_not_emptied BEFORE TRUNCATE ON feedback_assessmentrun
    EXECUTE FUNCTION feedback_refuse_published();
CREATE TRIGGER publications_are_not_emptied BEFORE TRUNCATE ON feedback_publication
    EXECUTE FUNCTION feedback_refuse_published();
CREATE TRIGGER assessments_are_not_emptied BEFORE TRUNCATE ON feedback_assessment
    EXECUTE FUNCTION feedback_refuse_published();
CREATE TRIGGER records_are_not_emptied BEFORE TRUNCATE ON feedback_assessmentrecord
    EXECUTE FUNCTION feedback_refuse_published();
"""

THAW = """
DROP TRIGGER a_published_run_is_frozen ON feedback_assessmentrun;
DROP TRIGGER a_publication_is_frozen ON feedback_publication;
DROP TRIGGER a_published_assessment_is_frozen ON feedback_assessment;
DROP TRIGGER a_published_record_is_frozen ON feedback_assessmentrecord;
DROP TRIGGER runs_are_not_emptied ON feedback_assessmentrun;
DROP TRIGGER publications_are_not_emptied ON feedback_publication;
DROP TRIGGER assessments_are_not_emptied ON feedback_assessment;
DROP TRIGGER records_are_not_emptied ON feedback_assessmentrecord;
DROP FUNCTION feedback_refuse_change_of_published();
DROP FUNCTION feedback_refuse_published();
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0004_monitoring_assessments")]

    operations = [migrations.RunSQL(FREEZE, THAW)]
