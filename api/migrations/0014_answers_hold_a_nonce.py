"""What each answer's secret is derived from besides the caller's key; answers given before have none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("api", "0013_nothing_changed_is_not_looked_at")]

    operations = [
        migrations.AddField("storedanswer", "nonce", models.BinaryField(max_length=16, db_default=b"")),
    ]
