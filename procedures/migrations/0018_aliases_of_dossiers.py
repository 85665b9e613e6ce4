"""Another number under which a source tells of a dossier, and the number a message was sent under."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("procedures", "0017_names_in_no_known_unit"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="sent_as",
            field=models.CharField(blank=True, db_default="", default="", max_length=100),
        ),
        migrations.CreateModel(
            name="DossierAlias",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=60)),
                ("code", models.CharField(db_collation="C", max_length=100)),
                ("dossier_code", models.CharField(db_collation="C", max_length=100)),
                ("recorded_by", models.CharField(max_length=100)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["dossier_code"], name="aliases_of_dossier")],
                "constraints": [
                    models.UniqueConstraint(fields=("code", "source"), name="a_number_of_a_source_means_one_dossier"),
                    models.CheckConstraint(
                        condition=models.Q(("code", models.F("dossier_code")), _negated=True),
                        name="an_alias_is_another_number",
                    ),
                ],
            },
        ),
    ]
