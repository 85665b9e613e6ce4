"""Each statement that writes transactions leaves what it changed in the counts; what there is already is counted once.

The differences are of the rows before and after, so they add up in whatever order writers commit.
"""

from django.db import migrations

COUNTS = """
ended, legal_good, legal_judged, national_good, national_judged
"""
SIGNED = """
    SELECT COALESCE(settling_unit_id, receiving_unit_id, 0) AS charged,
           (ended_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day, calendar_id, {sign} AS ended,
           {sign} * (timeliness IN ('early', 'on_time'))::int AS legal_good,
           {sign} * (timeliness IN ('early', 'on_time', 'late'))::int AS legal_judged,
           {sign} * (national_timeliness IN ('early', 'on_time'))::int AS national_good,
           {sign} * (national_timeliness IN ('early', 'on_time', 'late'))::int AS national_judged
    FROM {rows} WHERE ended_at IS NOT NULL
"""
ADDED = """
    INSERT INTO feedback_endedcount (charged, day, calendar_id, {counts}, is_sum)
    SELECT charged, day, calendar_id, sum(ended), sum(legal_good), sum(legal_judged), sum(national_good),
           sum(national_judged), {is_sum}
    FROM ({changes}) AS changes GROUP BY charged, day, calendar_id
    HAVING sum(ended) <> 0 OR sum(legal_good) <> 0 OR sum(legal_judged) <> 0 OR sum(national_good) <> 0
        OR sum(national_judged) <> 0;
"""


def added(changes: str, *, is_sum: str = "false") -> str:
    """Return the statement that writes what changed."""
    return ADDED.format(counts=COUNTS.strip(), changes=changes, is_sum=is_sum)


PLUS, MINUS = SIGNED.format(sign="1", rows="told"), SIGNED.format(sign="-1", rows="untold")

FOLLOW = f"""
CREATE FUNCTION feedback_count_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN {added(PLUS)}
    ELSIF TG_OP = 'DELETE' THEN {added(MINUS)}
    ELSE {added(PLUS + " UNION ALL " + MINUS)}
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER counts_follow_new_transactions AFTER INSERT ON procedures_transaction
    REFERENCING NEW TABLE AS told FOR EACH STATEMENT EXECUTE FUNCTION feedback_count_ended();
CREATE TRIGGER counts_follow_changed_transactions AFTER UPDATE ON procedures_transaction
    REFERENCING OLD TABLE AS untold NEW TABLE AS told FOR EACH STATEMENT EXECUTE FUNCTION feedback_count_ended();
CREATE TRIGGER counts_follow_deleted_transactions AFTER DELETE ON procedures_transaction
    REFERENCING OLD TABLE AS untold FOR EACH STATEMENT EXECUTE FUNCTION feedback_count_ended();
{added(SIGNED.format(sign="1", rows="procedures_transaction"), is_sum="true")}
"""
FORGET = """
DROP TRIGGER counts_follow_new_transactions ON procedures_transaction;
DROP TRIGGER counts_follow_changed_transactions ON procedures_transaction;
DROP TRIGGER counts_follow_deleted_transactions ON procedures_transaction;
DROP FUNCTION feedback_count_ended();
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0010_ended_counts"), ("procedures", "0003_boundary_of_messages")]

    operations = [migrations.RunSQL(FOLLOW, FORGET)]
