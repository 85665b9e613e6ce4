"""The status of an answer is our own: PostgreSQL need not read a constraint with each row."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("api", "0019_what_is_left_is_told_by_a_setting")]

    operations = [
        migrations.AlterField(
            model_name="storedanswer", name="status", field=models.SmallIntegerField(blank=True, null=True)
        ),
    ]
