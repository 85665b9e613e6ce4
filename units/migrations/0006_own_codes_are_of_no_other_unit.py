from django.db import migrations

GUARD = """
CREATE FUNCTION units_guard_own_code() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
    IF EXISTS (SELECT 1 FROM units_unitcode c WHERE c.value = NEW.code AND c.unit_id <> NEW.id) THEN
        RAISE EXCEPTION 'the code is, or was, a scheme''s for another unit'
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'a_code_is_never_given_to_a_stranger';
    END IF;
    RETURN NEW;
END
$guard$;

CREATE FUNCTION units_guard_scheme_code() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
    IF EXISTS (SELECT 1 FROM units_unit u WHERE u.code = NEW.value AND u.id <> NEW.unit_id) THEN
        RAISE EXCEPTION 'the code is our own for another unit'
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'a_code_is_never_given_to_a_stranger';
    END IF;
    RETURN NEW;
END
$guard$;

CREATE TRIGGER an_own_code_is_of_no_other_unit BEFORE INSERT ON units_unit
FOR EACH ROW EXECUTE FUNCTION units_guard_own_code();

CREATE TRIGGER a_code_is_no_other_units_own BEFORE INSERT ON units_unitcode
FOR EACH ROW EXECUTE FUNCTION units_guard_scheme_code();
"""
UNDO = """
DROP TRIGGER a_code_is_no_other_units_own ON units_unitcode;
DROP TRIGGER an_own_code_is_of_no_other_unit ON units_unit;
DROP FUNCTION units_guard_scheme_code();
DROP FUNCTION units_guard_own_code();
"""


class Migration(migrations.Migration):
    dependencies = [("units", "0005_successions_revoked")]

    operations = [migrations.RunSQL(GUARD, UNDO)]
