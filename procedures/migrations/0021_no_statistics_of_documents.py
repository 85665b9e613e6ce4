"""PostgreSQL keeps no statistics of documents that nobody searches by: to take them it would sort whole documents."""

from django.db import migrations

SPARE = "ALTER TABLE procedures_message ALTER COLUMN content SET STATISTICS 0"
AS_USUAL = "ALTER TABLE procedures_message ALTER COLUMN content SET STATISTICS -1"


class Migration(migrations.Migration):
    dependencies = [("procedures", "0020_spare_indexes")]

    operations = [migrations.RunSQL(SPARE, AS_USUAL)]
