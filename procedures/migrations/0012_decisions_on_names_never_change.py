"""A decision on a name is never changed or taken back in silence: withdrawing it is another decision."""

from django.db import migrations

KEEP = """
CREATE FUNCTION procedures_keep_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a decision on a name never changes' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER a_decision_on_a_name_never_changes BEFORE UPDATE OR DELETE ON procedures_namedecision
    FOR EACH ROW EXECUTE FUNCTION procedures_keep_decision();
"""
LET_GO = """
DROP TRIGGER a_decision_on_a_name_never_changes ON procedures_namedecision;
DROP FUNCTION procedures_keep_decision();
"""


class Migration(migrations.Migration):
    dependencies = [("procedures", "0011_names_that_people_resolve")]

    operations = [migrations.RunSQL(KEEP, LET_GO)]
