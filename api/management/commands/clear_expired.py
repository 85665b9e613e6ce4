"""Forget what may be forgotten: answers, tokens, buckets, reports of imports, old bodies, contacts. Run it daily."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from api.access.tokens import forget_expired
from api.idempotency.forgetting import forget_old_answers
from api.throttling.forgetting import forget_full_buckets
from procedures.imports.services import forget as forget_imports
from procedures.transactions.services import forget_bodies, forget_contacts


class Command(BaseCommand):
    help = (
        "Xóa những gì hết hạn: trả lời đã lưu quá 72 giờ, mã truy cập đã hết hạn, hạn mức cũ, "
        "báo cáo nhập tệp và bản gốc thông điệp quá 90 ngày, liên hệ quá hạn giữ (chạy hằng ngày)."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        at = now()
        self.stdout.write(f"answers {forget_old_answers(now=at)}, tokens {forget_expired(now=at)}, "
                          f"buckets {forget_full_buckets(now=at)}, imports {forget_imports(now=at)}, "
                          f"contacts {forget_contacts(now=at)}")  # fmt: skip
        done = forget_bodies(now=at, progress=lambda count: self.stdout.write(f"message bodies {count} ..."))
        self.stdout.write(f"message bodies {done}")
