"""INSERT … ON CONFLICT runs the triggers of UPDATE as well; where nothing was updated they end at once."""

from django.db import migrations

TOLD = """
DO $told$ BEGIN
    EXECUTE replace(pg_get_functiondef('procedures_transaction_told'::regproc), $was$%s$was$, $is$%s$is$);
END $told$;
"""
LOOKED, GLANCED = "n.id; ELSE INSERT", "n.id; ELSIF EXISTS (SELECT FROM after_rows) THEN INSERT"


class Migration(migrations.Migration):
    dependencies = [("api", "0012_successions_are_told")]

    operations = [migrations.RunSQL(TOLD % (LOOKED, GLANCED), TOLD % (GLANCED, LOOKED))]
