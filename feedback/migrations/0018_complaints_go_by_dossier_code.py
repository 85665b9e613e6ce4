from django.db import migrations


class Migration(migrations.Migration):
    """The code no longer keeps or reads a complaint's link to a transaction; its column goes with the next release."""

    dependencies = [("feedback", "0017_parts_never_change")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="complaint", name="transaction")]
        )
    ]
