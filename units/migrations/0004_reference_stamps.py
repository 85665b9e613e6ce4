from django.db import migrations, models

WATCHED = ("unit", "unitversion", "unitcode", "unitalias", "unitsuccession", "official", "posting")
_FUNCTION = """
CREATE FUNCTION reference_changed() RETURNS trigger LANGUAGE plpgsql AS $changed$
DECLARE
    free bigint;
BEGIN
    SELECT id INTO free FROM units_referencestamp ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED;
    IF free IS NULL THEN
        INSERT INTO units_referencestamp (stamp) VALUES (gen_random_uuid());
    ELSE
        UPDATE units_referencestamp SET stamp = gen_random_uuid() WHERE id = free;
    END IF;
    RETURN NULL;
END
$changed$;
"""
DO = _FUNCTION + "".join(
    f"""
CREATE TRIGGER {name}_is_stamped AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON units_{name}
FOR EACH STATEMENT EXECUTE FUNCTION reference_changed();
ALTER TABLE units_{name} ENABLE ALWAYS TRIGGER {name}_is_stamped;
"""
    for name in WATCHED
)  # the names are written above
UNDO = (
    "".join(f"DROP TRIGGER {name}_is_stamped ON units_{name};" for name in WATCHED)
    + """
DROP FUNCTION reference_changed();
"""
)


class Migration(migrations.Migration):
    dependencies = [("units", "0003_codes_never_reused")]

    operations = [
        migrations.CreateModel(
            name="ReferenceStamp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stamp", models.UUIDField()),
            ],
        ),
        migrations.RunSQL(DO, UNDO),
    ]
