"""Two more tests against stuffing: ratings that one official typed in, and those that a counter sends late."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("feedback", "0018_what_counters_did")]

    operations = [
        migrations.AlterField(
            "ratingdecision",
            "test",
            models.CharField(
                blank=True,
                choices=[
                    ("quick", "Đánh giá ngay sau khi in phiếu"),
                    ("late_in_the_day", "Dồn vào cuối ngày"),
                    ("flattery", "Cùng một mức cao nhất ở mọi câu, dồn vào một cán bộ"),
                    ("flattery_of_a_day", "Cùng một mức cao nhất ở mọi câu, dồn vào một ngày"),
                    ("sudden_change", "Mức cao nhất tăng đột ngột so với chính đơn vị"),
                    ("burst", "Nhiều đánh giá liên tiếp tại một quầy"),
                    ("one_device", "Một máy đánh giá nhiều hồ sơ"),
                    ("raised", "Đánh giá tại quầy được sửa lên mức cao hơn"),
                    ("step_unknown", "Quầy đánh giá những bước chưa hề được ghi nhận"),
                    ("one_helper", "Cùng một mức cao nhất ở mọi câu, do một cán bộ nhập hộ"),
                    ("backlog", "Cùng một mức cao nhất ở mọi câu, gửi dồn từ một quầy báo mất mạng"),
                ],
                max_length=20,
            ),
        ),
    ]
