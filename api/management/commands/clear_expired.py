"""Forget what may be forgotten: old answers of idempotent requests, expired tokens, full buckets. Run it daily."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from api.access.tokens import forget_expired
from api.idempotency.forgetting import forget_old_answers
from api.throttling.forgetting import forget_full_buckets, forget_spent_proofs


class Command(BaseCommand):
    help = "Xóa những gì hết hạn: trả lời đã lưu quá 72 giờ, mã truy cập đã hết hạn, hạn mức cũ (chạy hằng ngày)."

    def handle(self, *_args: Any, **_options: Any) -> None:
        at = now()
        self.stdout.write(f"answers {forget_old_answers(now=at)}, tokens {forget_expired(now=at)}, "
                          f"buckets {forget_full_buckets(now=at)}, proofs {forget_spent_proofs(now=at)}")  # fmt: skip
