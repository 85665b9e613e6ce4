"""After a restore into another server: make the event feed readable there, and let its readers begin again."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from api.events.adopting import adopt_feed


class Command(BaseCommand):
    help = "Sau khi khôi phục cơ sở dữ liệu: đánh số lại dòng sự kiện theo máy chủ mới; bên đọc bắt đầu lại từ đầu."

    def handle(self, *_args: Any, **options: Any) -> None:
        number = adopt_feed(now=now())
        if options["verbosity"]:
            self.stdout.write(f"{number} events")
