"""A version is counted by the trigger that keeps what it replaces: PostgreSQL need not read a constraint with each row."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("feedback", "0027_no_id_leads_back")]

    operations = [
        migrations.AlterField(model_name="rating", name="version", field=models.SmallIntegerField(default=1)),
    ]
