"""The outbox: `watch` makes a table write its events itself, in the transaction of the change, however it is written.

    SELECT watch('feedback_publication', 'publication', 'id', '', 'assessments:read', '{digest}');

The arguments are: the table, the beginning of the type (`rating` gives rating.created and rating.updated), the column
that names the subject, the column of the unit whose subtree may see it ('' for none), the scope a reader needs, and
the columns told in `data`. A last argument `'day'` keeps the event's time to the day. The triggers work by statement on transition tables, so a batch of a thousand rows costs
one INSERT. `xid` is the writing transaction's own number: the feed reads only what is older than the oldest one still
open (api/events/queries.py).
"""

from django.db import migrations

WATCH = """
CREATE FUNCTION watch(watched text, prefix text, subject text, unit text, needed_scope text, told text[],
                      grain text DEFAULT 'microseconds')
RETURNS void LANGUAGE plpgsql AS $watch$
DECLARE
    fields text := coalesce((SELECT string_agg(format('%L, n.%I', c, c), ', ') FROM unnest(told) AS c), '');
    unit_of_row text := CASE unit WHEN '' THEN 'NULL::bigint' ELSE format('n.%I', unit) END;
    tell text := format(
        'INSERT INTO api_event (xid, type, subject, unit_id, scope, data, occurred_at)
         SELECT pg_current_xact_id()::text::bigint, %L || CASE TG_OP WHEN ''INSERT'' THEN ''created'' ELSE ''updated'' END,
                n.%I::text, %s, %L, jsonb_build_object(%s), date_trunc(%L, now(), ''Asia/Ho_Chi_Minh'') FROM ',
        prefix || '.', subject, unit_of_row, needed_scope, fields, grain
    );
    body text := 'BEGIN IF TG_OP = ''INSERT'' THEN ' || tell || 'after_rows AS n ORDER BY n.id; ELSE ' || tell
        || '(SELECT a.* FROM after_rows AS a JOIN before_rows AS b ON b.id = a.id WHERE a.* IS DISTINCT FROM b.*)'
        || ' AS n ORDER BY n.id; END IF; RETURN NULL; END';
BEGIN
    EXECUTE format('CREATE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql AS %L', watched || '_told', body);
    EXECUTE format(
        'CREATE TRIGGER %I AFTER INSERT ON %I REFERENCING NEW TABLE AS after_rows
         FOR EACH STATEMENT EXECUTE FUNCTION %I()',
        watched || '_tells_created', watched, watched || '_told'
    );
    EXECUTE format(
        'CREATE TRIGGER %I AFTER UPDATE ON %I REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
         FOR EACH STATEMENT EXECUTE FUNCTION %I()',
        watched || '_tells_updated', watched, watched || '_told'
    );
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER %I', watched, watched || '_tells_created');
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER %I', watched, watched || '_tells_updated');
END $watch$;

CREATE FUNCTION unwatch(watched text) RETURNS void LANGUAGE plpgsql AS $unwatch$
BEGIN
    EXECUTE format('DROP TRIGGER %I ON %I', watched || '_tells_created', watched);
    EXECUTE format('DROP TRIGGER %I ON %I', watched || '_tells_updated', watched);
    EXECUTE format('DROP FUNCTION %I()', watched || '_told');
END $unwatch$;
"""
TRANSACTIONS = """
SELECT watch('procedures_transaction', 'transaction', 'dossier_code', 'receiving_unit_id', 'transactions:read',
             '{dossier_code,status,timeliness}')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0002_token_slot"),
        ("procedures", "0001_calendar_catalogue_transactions"),
    ]

    operations = [
        migrations.RunSQL(
            WATCH, "DROP FUNCTION watch(text, text, text, text, text, text[], text); DROP FUNCTION unwatch(text)"
        ),
        migrations.RunSQL(TRANSACTIONS, "SELECT unwatch('procedures_transaction')"),
    ]
