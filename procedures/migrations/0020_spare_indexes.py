"""Indexes that others begin with, or that nobody asks: each row written would be written into them as well."""

import django.db.models.deletion
from django.db import migrations, models

# Django makes them for prefixes of codes, which nobody looks for: search has its own index.
LIKE = """
DROP INDEX IF EXISTS procedures_transaction_dossier_code_823fa30d_like, procedures_message_dossier_code_6691c8ad_like,
           procedures_dossier_code_36567749_like
"""
LIKE_AGAIN = """
CREATE INDEX procedures_transaction_dossier_code_823fa30d_like
ON procedures_transaction (dossier_code varchar_pattern_ops);
CREATE INDEX procedures_message_dossier_code_6691c8ad_like ON procedures_message (dossier_code varchar_pattern_ops);
CREATE INDEX procedures_dossier_code_36567749_like ON procedures_dossier (code varchar_pattern_ops);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("procedures", "0019_codes_fold_quickly"),
        ("units", "0005_successions_revoked"),
    ]

    operations = [
        migrations.RunSQL(LIKE, LIKE_AGAIN),
        migrations.AlterField(
            model_name="clockinterval",
            name="transaction",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="intervals",
                to="procedures.transaction",
            ),
        ),
        migrations.AlterField(
            model_name="step",
            name="official",
            field=models.ForeignKey(
                blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to="units.official"
            ),
        ),
        migrations.AlterField(
            model_name="step",
            name="transaction",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="steps",
                to="procedures.transaction",
            ),
        ),
    ]
