"""A message may be a whole batch or file of which nothing was read; the database itself has no list of kinds."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("procedures", "0021_no_statistics_of_documents")]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="kind",
            field=models.CharField(
                choices=[
                    ("snapshot", "Trạng thái hồ sơ"),
                    ("steps", "Tiến độ"),
                    ("batch", "Cả lô hoặc cả tệp bị từ chối"),
                ],
                max_length=10,
            ),
        ),
    ]
