"""Of a word that most transactions say no index is kept, nor of what nobody looks for: each one more costs a write."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("procedures", "0022_batches_refused_as_a_whole"),
        ("units", "0005_successions_revoked"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="transaction",
            name="transaction_of_status",
        ),
        migrations.RemoveIndex(
            model_name="transaction",
            name="transaction_of_outcome",
        ),
        migrations.RemoveIndex(
            model_name="transaction",
            name="transaction_of_timeliness",
        ),
        migrations.RemoveIndex(
            model_name="transaction",
            name="transaction_of_national_label",
        ),
        migrations.RemoveIndex(
            model_name="transaction",
            name="transaction_of_channel",
        ),
        migrations.RemoveIndex(
            model_name="transaction",
            name="transaction_of_applicant_kind",
        ),
        migrations.AlterField(
            model_name="transaction",
            name="calendar",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="procedures.calendarversion"
            ),
        ),
        migrations.AddIndex(
            model_name="transaction",
            index=models.Index(
                condition=models.Q(("status__in", ["finished", "returned"]), _negated=True),
                fields=["status", "-id"],
                name="unusual_status",
            ),
        ),
        migrations.AddIndex(
            model_name="transaction",
            index=models.Index(
                condition=models.Q(("outcome__in", ["", "finished"]), _negated=True),
                fields=["outcome", "-id"],
                name="unusual_outcome",
            ),
        ),
        migrations.AddIndex(
            model_name="transaction",
            index=models.Index(
                condition=models.Q(("timeliness__in", ["early", "on_time", "running"]), _negated=True),
                fields=["timeliness", "-id"],
                name="unusual_timeliness",
            ),
        ),
        migrations.AddIndex(
            model_name="transaction",
            index=models.Index(
                condition=models.Q(("national_timeliness__in", ["early", "on_time", "running"]), _negated=True),
                fields=["national_timeliness", "-id"],
                name="unusual_national_timeliness",
            ),
        ),
        migrations.AddIndex(
            model_name="transaction",
            index=models.Index(
                condition=models.Q(("channel__in", ["counter", "online"]), _negated=True),
                fields=["channel", "-id"],
                name="unusual_channel",
            ),
        ),
        migrations.AddIndex(
            model_name="transaction",
            index=models.Index(
                condition=models.Q(("applicant_kind__in", ["", "citizen"]), _negated=True),
                fields=["applicant_kind", "-id"],
                name="unusual_applicant_kind",
            ),
        ),
    ]
