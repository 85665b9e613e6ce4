"""Nobody looks for ratings by their field or version alone: a period, a unit or an official comes first."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0025_whose_hands"),
        ("procedures", "0023_indexes_of_what_is_rare"),
    ]

    operations = [
        migrations.AlterField(
            model_name="rating",
            name="field",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="procedures.field",
            ),
        ),
        migrations.AlterField(
            model_name="rating",
            name="form_version",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="feedback.ratingformversion"
            ),
        ),
    ]
