"""No notice tells any more what is left in a bucket (config.postgresql.ahead)."""

from importlib import import_module

from django.db import migrations

TELL = import_module("api.migrations.0018_what_is_left_is_told").TELL


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0018_what_is_left_is_told"),
    ]

    operations = [
        migrations.RunSQL("DROP FUNCTION api_tell_ahead(text)", TELL),
    ]
