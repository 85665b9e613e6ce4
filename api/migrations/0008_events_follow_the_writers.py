"""Events of one transaction stand in the feed in the order in which it was written.

A writer of several dossiers may have its number (xid) before it waits for one of them, and then write it after a writer
with a higher number. So each row remembers the highest number it was written under, and its event carries that instead
of the writer's own. No reader of the feed can miss it: he reads below the oldest open number, and the writer's own,
which is lower still, is open until the event is there (api/events/queries.py, Note [The horizon]).
"""

from django.db import migrations

ORDER = """
CREATE FUNCTION procedures_transaction_ordered() RETURNS trigger LANGUAGE plpgsql AS $ordered$
DECLARE own bigint;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN
        RETURN NEW;
    END IF;
    own := pg_current_xact_id()::text::bigint;
    NEW.event_order := CASE WHEN TG_OP = 'INSERT' THEN own ELSE greatest(OLD.event_order, own) END;
    RETURN NEW;
END $ordered$;
CREATE TRIGGER procedures_transaction_is_ordered BEFORE INSERT OR UPDATE ON procedures_transaction
FOR EACH ROW EXECUTE FUNCTION procedures_transaction_ordered();
ALTER TABLE procedures_transaction ENABLE ALWAYS TRIGGER procedures_transaction_is_ordered;
"""
NO_ORDER = """
DROP TRIGGER procedures_transaction_is_ordered ON procedures_transaction;
DROP FUNCTION procedures_transaction_ordered();
"""
TOLD = """
DO $told$ BEGIN
    EXECUTE replace(pg_get_functiondef('procedures_transaction_told'::regproc), '%s', '%s');
END $told$;
"""
OWN, REMEMBERED = "pg_current_xact_id()::text::bigint", "n.event_order"


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0007_exclusions_tell_their_changes"),
        ("procedures", "0009_one_source_a_dossier_and_applicants"),
    ]

    operations = [
        migrations.RunSQL(ORDER, NO_ORDER),
        migrations.RunSQL(TOLD % (OWN, REMEMBERED), TOLD % (REMEMBERED, OWN)),
    ]
