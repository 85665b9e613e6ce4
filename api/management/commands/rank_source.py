"""Say which source goes first where two tell of one dossier (docs/decisions/0007-sources.md)."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from procedures.errors import RankNotAhead
from procedures.transactions.services import rank_source


class Command(BaseCommand):
    help = "Xếp hạng một hệ thống nguồn (số nhỏ đi trước, mặc định 100), từ một ngày trong tương lai."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source")
        parser.add_argument("--rank", type=int, required=True, choices=range(1000), metavar="0-999")
        parser.add_argument("--from", dest="valid_from", type=dt.date.fromisoformat, required=True, metavar="DATE")

    def handle(self, *_args: Any, **options: Any) -> None:
        said = {name: options[name] for name in ("source", "rank", "valid_from")}
        try:
            row = rank_source(**said, by="operator", now=now())
        except RankNotAhead as error:
            raise CommandError("The day must lie ahead: what stands was judged by the ranks of its day.") from error
        self.stdout.write(f"{row.source}: {row.rank} from {row.valid_from}")
