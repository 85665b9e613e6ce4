"""Each statement that writes transactions leaves what it changed in the counts; what there is already is counted once.

The differences are of the rows before and after, so they add up in whatever order writers commit.
"""

from django.db import migrations

COUNTS = (
    "ended", "legal_good", "legal_judged", "national_good", "national_judged", "legal_good_before",
    "legal_judged_before", "excluded", "changed",
)  # fmt: skip
BEFORE = "COALESCE(NULLIF(timeliness_before_exclusions, ''), timeliness)"
SIGNED = """
    SELECT COALESCE(settling_unit_id, receiving_unit_id, 0) AS charged,
           (ended_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day, calendar_id, {sign} AS ended,
           {sign} * (timeliness IN ('early', 'on_time'))::int AS legal_good,
           {sign} * (timeliness IN ('early', 'on_time', 'late'))::int AS legal_judged,
           {sign} * (national_timeliness IN ('early', 'on_time'))::int AS national_good,
           {sign} * (national_timeliness IN ('early', 'on_time', 'late'))::int AS national_judged,
           {sign} * ({before} IN ('early', 'on_time'))::int AS legal_good_before,
           {sign} * ({before} IN ('early', 'on_time', 'late'))::int AS legal_judged_before,
           {sign} * (exclusions > 0 AND timeliness IN ('early', 'on_time', 'late'))::int AS excluded,
           {sign} * ({before} <> timeliness)::int AS changed
    FROM {rows} WHERE ended_at IS NOT NULL
"""
ADDED = """
    INSERT INTO feedback_endedcount (charged, day, calendar_id, {counts}, is_sum)
    SELECT charged, day, calendar_id, {sums}, {is_sum}
    FROM ({changes}) AS changes GROUP BY charged, day, calendar_id
    HAVING {any};
"""


def added(changes: str, *, is_sum: str = "false") -> str:
    """Return the statement that writes what changed."""
    sums = [f"sum({count})" for count in COUNTS]
    return ADDED.format(
        counts=", ".join(COUNTS), sums=", ".join(sums), any=" OR ".join(f"{one} <> 0" for one in sums), changes=changes,
        is_sum=is_sum,
    )  # fmt: skip


PLUS = SIGNED.format(sign="1", rows="told", before=BEFORE)
MINUS = SIGNED.format(sign="-1", rows="untold", before=BEFORE)

FOLLOW = f"""
CREATE FUNCTION feedback_count_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN {added(PLUS)}
    ELSIF TG_OP = 'DELETE' THEN {added(MINUS)}
    ELSIF EXISTS (SELECT FROM told) THEN {added(PLUS + " UNION ALL " + MINUS)}
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
{added(SIGNED.format(sign="1", rows="procedures_transaction", before=BEFORE), is_sum="true")}
"""
FORGET = """
DROP TRIGGER counts_follow_new_transactions ON procedures_transaction;
DROP TRIGGER counts_follow_changed_transactions ON procedures_transaction;
DROP TRIGGER counts_follow_deleted_transactions ON procedures_transaction;
DROP FUNCTION feedback_count_ended();
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0014_ended_counts"), ("procedures", "0012_decisions_on_names_never_change")]

    operations = [migrations.RunSQL(FOLLOW, FORGET)]
