"""A name in steps of which nobody knows the unit is decided on too: without a unit."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("procedures", "0016_chunks_of_imports"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="namedecision",
            name="decisions_on_a_name_are_numbered",
        ),
        migrations.AlterField(
            model_name="namedecision",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="units.unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="namedecision",
            constraint=models.UniqueConstraint(
                fields=("name_key", "unit", "number"), name="decisions_on_a_name_are_numbered", nulls_distinct=False
            ),
        ),
    ]
