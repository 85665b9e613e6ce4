"""Forget what may be forgotten, now: `run_jobs` does it every night."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from api.routines.works import FORGETTING


class Command(BaseCommand):
    help = (
        "Xóa những gì hết hạn: trả lời đã lưu quá 72 giờ, mã truy cập đã hết hạn, hạn mức cũ, "
        "báo cáo nhập tệp và bản gốc thông điệp quá 90 ngày, liên hệ quá hạn giữ (run_jobs làm hằng đêm)."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        at = now()
        for name, forget in FORGETTING.items():
            self.stdout.write(f"{name} {forget(at)}")
