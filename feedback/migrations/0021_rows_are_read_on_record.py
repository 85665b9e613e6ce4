"""That single ratings were read is on record, in the chain of the openings."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("feedback", "0020_complaints_go_by_dossier_code")]

    operations = [
        migrations.AlterField(
            "linkaccess",
            "kind",
            models.CharField(
                choices=[
                    ("opening", "Mở liên kết của một đánh giá"),
                    ("destruction", "Hủy liên kết của một kỳ"),
                    ("reading", "Xem từng đánh giá"),
                ],
                max_length=12,
            ),
        ),
    ]
