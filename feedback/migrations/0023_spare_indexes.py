"""Indexes that others begin with: each rating would be written into them as well."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0022_unit_declarations"),
        ("procedures", "0019_codes_fold_quickly"),
        ("units", "0005_successions_revoked"),
    ]

    operations = [
        migrations.AlterField(
            model_name="rating",
            name="official",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="units.official",
            ),
        ),
        migrations.AlterField(
            model_name="rating",
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
        migrations.AlterField(
            model_name="ratinglink",
            name="right",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="links",
                to="feedback.ratingright",
            ),
        ),
        migrations.AlterField(
            model_name="ratinglink",
            name="transaction",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="procedures.transaction",
            ),
        ),
    ]
