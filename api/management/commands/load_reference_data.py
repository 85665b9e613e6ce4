"""Load the reference data that the project carries; running it again changes nothing."""

import csv
import datetime as dt
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db.transaction import atomic
from django.utils.timezone import now

from feedback.assessments.services import load_criteria_sets
from feedback.complaints.services import load_categories
from feedback.monitoring.services import load_periods, load_targets
from feedback.ratings.services import load_forms
from procedures.calendar.services import load_days
from procedures.catalogue.services import load_procedures
from procedures.exclusions.services import load_reasons
from procedures.transactions.services import load_anew
from units.services import load_aliases, load_codes, load_successions, load_units

DATA = Path(__file__).resolve().parents[3] / "config" / "data"
FIRST_YEAR = 2018
UNIT_FILES = ("units_2024.csv", "units_2024_quang_ngai.csv", "units_2025.csv")


class Command(BaseCommand):
    help = "Nạp danh mục: đơn vị, thủ tục, lịch làm việc, mẫu đánh giá, phân loại phản ánh (chạy lại được)."

    def handle(self, *_args: Any, **options: Any) -> None:
        at = now()
        with atomic():
            for name, load in STEPS:
                began = time.monotonic()
                changed = load(at)
                if options["verbosity"]:
                    self.stdout.write(f"{name}: {changed} changed, {time.monotonic() - began:.1f} s")


def rows_of(*files: str) -> list[dict[str, str]]:
    """Return the rows of CSV files of config/data, in order."""
    rows: list[dict[str, str]] = []
    for file in files:
        with (DATA / file).open(encoding="utf-8", newline="") as lines:
            rows += csv.DictReader(lines)
    return rows


def document_of(file: str) -> dict[str, Any]:
    """Return a JSON document of config/data."""
    document: dict[str, Any] = json.loads((DATA / file).read_text(encoding="utf-8"))
    return document


STEPS: tuple[tuple[str, Callable[[dt.datetime], int]], ...] = (
    ("units", lambda at: load_anew(load=lambda: load_units(rows=rows_of(*UNIT_FILES), now=at))),
    ("unit aliases", lambda at: load_anew(load=lambda: load_aliases(rows=rows_of("unit_aliases.csv"), now=at))),
    ("unit successions", lambda at: load_anew(load=lambda: load_successions(rows=rows_of("succession.csv"), now=at))),
    ("unit codes", lambda at: load_anew(load=lambda: load_codes(rows=rows_of(*UNIT_FILES), now=at))),
    ("calendar", lambda at: load_days(rows=rows_of("day_overrides.csv"), now=at)),
    ("procedures", lambda at: load_anew(load=lambda: load_procedures(rows=rows_of("procedures.csv"), now=at))),
    ("exclusion reasons", lambda _at: load_reasons(rows=rows_of("exclusion_reasons.csv"))),
    ("rating forms", lambda at: load_forms(rows=document_of("rating_forms.json")["forms"], now=at)),
    ("complaint categories", lambda _at: load_categories(rows=rows_of("complaints_taxonomy.csv"))),
    ("periods", lambda at: load_periods(years=range(FIRST_YEAR, at.year + 2))),
    ("targets", lambda at: load_targets(rows=document_of("targets.json")["targets"], now=at)),
    (
        "criteria sets",
        lambda _at: load_criteria_sets(rows=document_of("criteria_sets.json")["criteria_sets"]),
    ),
)
"""Each step returns how many things it changed; order matters, because later rooms refer to earlier ones."""
