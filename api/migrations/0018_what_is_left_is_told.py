"""What is left in a bucket is told by a notice (config.postgresql.ahead)."""

from django.db import migrations

TELL = """
CREATE FUNCTION api_tell_ahead(said text) RETURNS void LANGUAGE plpgsql AS $tell$
BEGIN
    RAISE NOTICE 'ahead: %', said;
END
$tell$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0017_a_bucket_holds_what_is_taken"),
    ]

    operations = [
        migrations.RunSQL(TELL, "DROP FUNCTION api_tell_ahead(text)"),
    ]
