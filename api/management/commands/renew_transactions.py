"""Put every transaction on the list of those to be folded again; run_jobs works it off."""

from typing import Any

from django.core.management.base import BaseCommand

from procedures.transactions.services import expect_everything, renewals_waiting


class Command(BaseCommand):
    help = "Đưa mọi giao dịch vào danh sách tính lại (sau khi nâng cấp); run_jobs làm dần."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(f"{expect_everything()} more, {renewals_waiting()} waiting")
