from django.db import migrations

GUARD = """
CREATE FUNCTION units_guard_code() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.unit_id, NEW.scheme, NEW.value) IS DISTINCT FROM (OLD.unit_id, OLD.scheme, OLD.value)
    THEN
        RAISE EXCEPTION 'a code keeps its unit' USING ERRCODE = 'exclusion_violation',
            CONSTRAINT = 'a_code_is_never_given_to_a_stranger';
    END IF;
    -- The statistical office gives its numbers out again (69 of 96 in 2025); such a code means something with a day only.
    IF NEW.scheme = 'GSO' THEN
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('units_unitcode:' || NEW.scheme || ':' || NEW.value, 0));
    IF EXISTS (
        SELECT 1 FROM units_unitcode c
        WHERE c.scheme = NEW.scheme AND c.value = NEW.value AND c.unit_id <> NEW.unit_id
        AND NOT units_is_heir(NEW.unit_id, c.unit_id) AND NOT units_is_heir(c.unit_id, NEW.unit_id)
    ) THEN
        RAISE EXCEPTION 'the code was another unit''s, which this one does not follow'
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'a_code_is_never_given_to_a_stranger';
    END IF;
    RETURN NEW;
END
$guard$;

CREATE FUNCTION units_is_heir(heir bigint, ancestor bigint) RETURNS boolean LANGUAGE sql STABLE AS $heir$
    WITH RECURSIVE line(unit_id) AS (
        SELECT ancestor
        UNION
        SELECT s.successor_id FROM line JOIN units_unitsuccession s ON s.predecessor_id = line.unit_id
        WHERE s.successor_id IS NOT NULL
    )
    SELECT EXISTS (SELECT 1 FROM line WHERE unit_id = heir)
$heir$;

CREATE TRIGGER a_code_is_never_given_to_a_stranger BEFORE INSERT OR UPDATE ON units_unitcode
FOR EACH ROW EXECUTE FUNCTION units_guard_code();

CREATE FUNCTION units_keep_unit() RETURNS trigger LANGUAGE plpgsql AS $keep$
BEGIN
    RAISE EXCEPTION 'a unit is never forgotten, nor its code changed' USING ERRCODE = 'restrict_violation';
END
$keep$;

CREATE TRIGGER a_unit_is_never_forgotten BEFORE DELETE OR UPDATE OF code ON units_unit
FOR EACH ROW EXECUTE FUNCTION units_keep_unit();
"""
UNDO = """
DROP TRIGGER a_unit_is_never_forgotten ON units_unit;
DROP TRIGGER a_code_is_never_given_to_a_stranger ON units_unitcode;
DROP FUNCTION units_keep_unit();
DROP FUNCTION units_guard_code();
DROP FUNCTION units_is_heir(bigint, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("units", "0002_successions_by_decision_heads_once")]

    operations = [migrations.RunSQL(GUARD, UNDO)]
