"""Forget what may be forgotten: old answers, expired tokens, full buckets, reports of imports. Run it daily."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from api.access.tokens import forget_expired
from api.idempotency.forgetting import forget_old_answers
from api.throttling.forgetting import forget_full_buckets
from procedures.imports.services import forget as forget_imports


class Command(BaseCommand):
    help = (
        "Xóa những gì hết hạn: trả lời đã lưu quá 72 giờ, mã truy cập đã hết hạn, hạn mức cũ, "
        "báo cáo nhập tệp quá 90 ngày (chạy hằng ngày)."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        at = now()
        self.stdout.write(f"answers {forget_old_answers(now=at)}, tokens {forget_expired(now=at)}, "
                          f"buckets {forget_full_buckets(now=at)}, imports {forget_imports(now=at)}")  # fmt: skip
