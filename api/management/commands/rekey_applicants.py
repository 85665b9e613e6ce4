"""Know people by the keys in use and no others (docs/operations.md, "Keys"). Run it again after an interruption."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from procedures.secrecy import Unreadable
from procedures.transactions.services import rekey


class Command(BaseCommand):
    help = (
        "Ghi bí danh người nộp theo các khóa đang dùng, niêm phong lại, hủy bí danh theo khóa đã thôi (chạy lại được)."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            done = rekey(progress=lambda what, count: self.stdout.write(f"{what} {count} ..."))
        except Unreadable as error:
            raise CommandError(
                "A number is sealed under a key that SECRECY_KEYS lacks. Put that key back, behind the others."
            ) from error
        self.stdout.write(f"written {done.written}, resealed {done.resealed}, destroyed {done.destroyed}")
        if done.stranded:
            raise CommandError(
                f"{done.stranded} numbers stand under a retired key only: before this ran, their people were told of "
                "again and given a second reference. Next time run this first, and retire the key after it."
            )
