"""Who left a cell together is known, and comes back together."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("feedback", "0023_spare_indexes")]

    operations = [
        migrations.AddField(
            model_name="summarisedrating",
            name="left",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
    ]
