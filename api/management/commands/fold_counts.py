"""Keep the counts of ended transactions short. `run_jobs` does it every few minutes; figures are exact without."""

from typing import Any

from django.core.management.base import BaseCommand

from feedback.monitoring.services import fold_counts


class Command(BaseCommand):
    help = (
        "Cộng gộp các dòng đếm giao dịch đã kết thúc (run_jobs làm vài phút một lần; không chạy thì số liệu vẫn đúng)."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(f"sums {fold_counts()}")
