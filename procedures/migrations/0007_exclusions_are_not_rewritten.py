"""What an exclusion says never changes, nor does what is in its ledger; only its state moves, one way."""

from django.db import migrations

GUARD = """
CREATE FUNCTION procedures_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of an exclusion never changes' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER an_exclusion_says_the_same_for_ever BEFORE UPDATE ON procedures_exclusion FOR EACH ROW
    WHEN ((OLD.id, OLD.reason_id, OLD.unit_id, OLD.scope, OLD.begins_at, OLD.ends_at, OLD.evidence, OLD.document,
           OLD.proposed_by, OLD.proposed_official_id, OLD.proposed_at)
          IS DISTINCT FROM
          (NEW.id, NEW.reason_id, NEW.unit_id, NEW.scope, NEW.begins_at, NEW.ends_at, NEW.evidence, NEW.document,
           NEW.proposed_by, NEW.proposed_official_id, NEW.proposed_at)
          OR OLD.state IN ('refused', 'withdrawn')
          OR OLD.state = 'approved' AND NEW.state <> 'withdrawn'
          OR OLD.decided_at IS NOT NULL
             AND (OLD.decided_by, OLD.decided_official_id, OLD.decided_for_id, OLD.decided_at)
                 IS DISTINCT FROM (NEW.decided_by, NEW.decided_official_id, NEW.decided_for_id, NEW.decided_at))
    EXECUTE FUNCTION procedures_refuse_rewriting();
CREATE TRIGGER an_exclusion_stays BEFORE DELETE ON procedures_exclusion
    FOR EACH ROW EXECUTE FUNCTION procedures_refuse_rewriting();
CREATE TRIGGER an_exclusion_event_stays BEFORE UPDATE OR DELETE ON procedures_exclusionevent
    FOR EACH ROW EXECUTE FUNCTION procedures_refuse_rewriting();
CREATE TRIGGER exclusions_are_not_emptied BEFORE TRUNCATE ON procedures_exclusion
    EXECUTE FUNCTION procedures_refuse_rewriting();
CREATE TRIGGER exclusion_events_are_not_emptied BEFORE TRUNCATE ON procedures_exclusionevent
    EXECUTE FUNCTION procedures_refuse_rewriting();
"""

OPEN = """
DROP TRIGGER an_exclusion_says_the_same_for_ever ON procedures_exclusion;
DROP TRIGGER an_exclusion_stays ON procedures_exclusion;
DROP TRIGGER an_exclusion_event_stays ON procedures_exclusionevent;
DROP TRIGGER exclusions_are_not_emptied ON procedures_exclusion;
DROP TRIGGER exclusion_events_are_not_emptied ON procedures_exclusionevent;
DROP FUNCTION procedures_refuse_rewriting();
"""


class Migration(migrations.Migration):
    dependencies = [("procedures", "0006_exclusions_and_recounts")]

    operations = [migrations.RunSQL(GUARD, OPEN)]
