"""Two more tests by which a rating may be suspicious: both of what a counter did without a right."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("feedback", "0017_parts_never_change"),
    ]

    operations = [
        migrations.AlterField(
            model_name="ratingdecision",
            name="test",
            field=models.CharField(
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
                ],
                max_length=20,
            ),
        ),
    ]
