from django.db import migrations


class Migration(migrations.Migration):
    """The code no longer keeps or reads a complaint's link to a transaction; its column goes with the next release."""

    dependencies = [("feedback", "0019_stuffing_by_helper_and_backlog")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="complaint", name="transaction")]
        )
    ]
