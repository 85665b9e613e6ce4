from django.db import migrations

WATCHED = ("field", "procedure", "procedureversion", "calendarversion", "namedecision")
DO = "".join(
    f"""
CREATE TRIGGER {name}_is_stamped AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON procedures_{name}
FOR EACH STATEMENT EXECUTE FUNCTION reference_changed();
ALTER TABLE procedures_{name} ENABLE ALWAYS TRIGGER {name}_is_stamped;
"""
    for name in WATCHED
)
UNDO = "".join(f"DROP TRIGGER {name}_is_stamped ON procedures_{name};" for name in WATCHED)


class Migration(migrations.Migration):
    dependencies = [("procedures", "0012_decisions_on_names_never_change"), ("units", "0004_reference_stamps")]

    operations = [migrations.RunSQL(DO, UNDO)]
