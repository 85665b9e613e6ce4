"""Keep the counts of ended transactions short. Run it every few minutes; figures are exact without it too."""

from typing import Any

from django.core.management.base import BaseCommand

from feedback.monitoring.services import fold_counts


class Command(BaseCommand):
    help = "Cộng gộp các dòng đếm giao dịch đã kết thúc (chạy vài phút một lần; không chạy thì số liệu vẫn đúng)."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(f"sums {fold_counts()}")
