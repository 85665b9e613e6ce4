"""An event that tells a day or a week waits until it is over, out of the order of those that tell their moment.

Only the end of `watch` changes: with a last argument 'day' or 'week' a table's events go to api_heldevent and are let
into the feed an hour after the day or the week (a write that began before midnight is committed by then). A rating is
told by its week, as everywhere else.
"""

from importlib import import_module

from django.db import migrations

WATCH = """
CREATE OR REPLACE FUNCTION watch(watched text, prefix text, subject text, unit text, needed_scope text, told text[],
                                 grain text DEFAULT 'microseconds')
RETURNS void LANGUAGE plpgsql AS $watch$
DECLARE
    fields text := coalesce((SELECT string_agg(format('%L, n.%I', c, c), ', ') FROM unnest(told) AS c), '');
    unit_of_row text := CASE unit WHEN '' THEN 'NULL::bigint' ELSE format('n.%I', unit) END;
    is_held boolean := grain <> 'microseconds';
    since text := format('date_trunc(%L, now(), ''Asia/Ho_Chi_Minh'')', grain);
    tell text := CASE WHEN is_held THEN 'INSERT INTO api_heldevent (tell_after, ' ELSE 'INSERT INTO api_event (xid, ' END
        || 'type, subject, unit_id, scope, data, occurred_at) SELECT '
        || CASE WHEN is_held THEN since || format(' + interval %L + interval ''1 hour''', '1 ' || grain)
                ELSE 'pg_current_xact_id()::text::bigint' END
        || format(
            ', %L || CASE TG_OP WHEN ''INSERT'' THEN ''created'' ELSE ''updated'' END,
             n.%I::text, %s, %L, jsonb_build_object(%s), %s FROM ',
            prefix || '.', subject, unit_of_row, needed_scope, fields, since
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
"""
BEFORE = import_module("api.migrations.0003_outbox_triggers").WATCH.split("CREATE FUNCTION unwatch")[0]
RATING = "'rating', 'id', '', 'ratings:manage', '{}'"
COMPLAINT = "'complaint', 'id', '', 'complaints:read', '{}'"
ANEW = """
SELECT unwatch('feedback_rating'); SELECT unwatch('feedback_complaint');
SELECT watch('feedback_rating', {rating}, '{grain}'); SELECT watch('feedback_complaint', {complaint}, 'day');
"""
# What still waits when the step is taken back is told at once: nothing is lost.
TELL_ALL = """
WITH due AS (DELETE FROM api_heldevent RETURNING *)
INSERT INTO api_event (xid, type, subject, unit_id, scope, data, occurred_at)
SELECT pg_current_xact_id()::text::bigint, type, subject, unit_id, scope, data, occurred_at FROM due ORDER BY random()
"""


def watched_anew(*, rating_grain: str) -> str:
    """Return the statements that give both tables' triggers the body that `watch` writes now."""
    return ANEW.replace("{rating}", RATING).replace("{complaint}", COMPLAINT).replace("{grain}", rating_grain)


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0005_held_events"),
    ]

    # Read from the end when the step is taken back: tell what waits, restore `watch`, watch anew with it.
    operations = [
        migrations.RunSQL(migrations.RunSQL.noop, watched_anew(rating_grain="day")),
        migrations.RunSQL(WATCH, BEFORE.replace("CREATE FUNCTION watch", "CREATE OR REPLACE FUNCTION watch")),
        migrations.RunSQL(watched_anew(rating_grain="week"), TELL_ALL),
    ]
