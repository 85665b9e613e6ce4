"""The month's figures: numerator and denominator of each, and that they grew by exactly what the morning did."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from config.demo.cast import HEAD, INSPECTOR, Cast
from config.demo.client import Api
from config.demo.counter import UNHAPPY_FROM, Done
from config.demo.morning import QUIET_UNIT, UNIT, UNIT_NAME, Morning
from config.demo.story import Story

IN_TIME = ("early", "on_time")
SATISFIED_FROM, LEVELS = 4, 5
COMPLAINTS = 1
Count = tuple[Decimal, Decimal]
"""A numerator and its denominator."""


@dataclass(frozen=True)
class Figures:
    """Every figure of a unit in a month, by code, as one caller is told."""

    rows: Mapping[str, dict[str, Any]]

    def count(self, code: str) -> Count:
        """Return what was divided by what."""
        row = self.rows[code]
        return Decimal(row["numerator"]), Decimal(row["denominator"])


def read(cast: Cast, name: str, morning: Morning, *, unit: str = UNIT) -> Figures:
    """Ask for every figure that is defined."""
    api = cast.named(name)
    return Figures({code: _value(api, code, morning, unit) for code in _definitions(api)})


def play(story: Story, cast: Cast, morning: Morning, *, before: Figures, done: Done) -> None:
    """Tell the figures of the month."""
    days = morning.month
    story.heading(
        f"Số liệu tháng {days['from'][5:7]}/{days['from'][:4]} của {UNIT_NAME}",
        "The month's figures, each as a numerator over a denominator",
    )
    api = cast.named(INSPECTOR)
    defined, seen, head = _definitions(api), read(cast, INSPECTOR, morning), read(cast, HEAD, morning)
    rows = []
    for code, definition in defined.items():
        row = seen.rows[code]
        rows.append((
            definition["title"]["vi"], row["numerator"], row["denominator"], _told(row, definition),
            _told(head.rows[code], definition), _grown(story, code, before, seen, done),
        ))  # fmt: skip
    story.table(
        ("Chỉ số", "Tử số", "Mẫu số", "Thanh tra thấy", "Người đứng đầu thấy", ""), rows, right=frozenset({1, 2, 3, 4})
    )
    story.line("\n✓ cuối dòng: giá trị bằng tử số chia mẫu số, và cả hai tăng đúng bằng những gì buổi sáng nay đã ghi.")
    _small_groups(story, head)
    _nothing(story, api, morning, defined["on_time_legal"])


def _definitions(api: Api) -> dict[str, dict[str, Any]]:
    return {one["code"]: one for one in api.get("/metrics/definitions").json["results"]}


def _value(api: Api, code: str, morning: Morning, unit: str) -> dict[str, Any]:
    (row,) = api.get("/metrics/values", {"metric": code, "unit": unit, **morning.month}).json["results"]
    told: dict[str, Any] = row
    return told


def _grown(story: Story, code: str, before: Figures, seen: Figures, done: Done) -> str:
    """Compare a figure with its own counts, and its growth with what the morning did."""
    (was, out_of), (is_, of) = before.count(code), seen.count(code)
    wanted = _expected(done)[code]
    row = seen.rows[code]
    times = 1000 if code.endswith("per_1000") else 1
    value = Decimal(row["value"]) if row["value"] is not None else None
    is_quotient = value == (None if not of else _rounded(is_ * times / of, value))
    grew = (is_ - was, of - out_of)
    seen_as = f"{row['value']}; grew by {grew}, not {wanted}"
    return story.compare(code, holds=is_quotient and grew == wanted, seen=seen_as)


def _expected(done: Done) -> dict[str, Count]:
    """Return by how much each numerator and denominator must have grown."""
    ended, answers = len(done.legal), len(done.ratings)
    legal, national = Counter(done.legal), Counter(done.national)
    unhappy = sum(value <= UNHAPPY_FROM for value in done.ratings)
    content = ended - national["late"] - unhappy - COMPLAINTS
    told = {
        "on_time_legal": (_in_time(legal), ended - legal["not_judged"]),
        "on_time_national": (_in_time(national), ended - national["not_judged"]),
        "supplement_notice_in_time": (0, 0),
        "satisfaction_qd766_union": (content, ended),
        "satisfaction_qd766_portal": (content, ended),
        "satisfaction_survey_mean": (sum(done.ratings), answers * LEVELS),
        "satisfaction_survey_share": (sum(value >= SATISFIED_FROM for value in done.ratings), answers),
        "not_dissatisfied_share": (answers - unhappy, answers),
        "rating_coverage": (answers, ended),
        "upheld_complaints_per_1000": (COMPLAINTS, ended),
    }
    return {code: (Decimal(numerator), Decimal(denominator)) for code, (numerator, denominator) in told.items()}


def _in_time(labels: Counter[str]) -> int:
    return sum(labels[label] for label in IN_TIME)


def _small_groups(story: Story, head: Figures) -> None:
    hidden = [row for row in head.rows.values() if row["suppressed"]]
    story.claim(
        f"Dưới 5 người lên tiếng thì người đứng đầu không thấy cả tử số lẫn mẫu số (đang ẩn {len(hidden)} chỉ số)",
        holds=all(row["numerator"] is row["denominator"] is row["value"] is None for row in hidden),
        seen=hidden,
    )


def _nothing(story: Story, api: Api, morning: Morning, definition: Mapping[str, Any]) -> None:
    row = _value(api, definition["code"], morning, QUIET_UNIT)
    name = api.get(f"/units/{QUIET_UNIT}").json["name"]
    story.claim(
        f"{name}: {row['numerator']} trên {row['denominator']} là “{_told(row, definition)}”, không phải 100 %",
        holds=(row["value"] is None) is (row["denominator"] == "0"),
        seen=row,
    )


def _told(row: Mapping[str, Any], definition: Mapping[str, Any]) -> str:
    if row["suppressed"]:
        return "ẩn, dưới 5 người"
    if row["value"] is None:
        return "chưa có gì để tính"
    value = Decimal(row["value"])
    text = f"{value * 100:.2f} %" if definition["unit"] == "ratio" else f"{value:.2f}"
    return text.replace(".", ",")


def _rounded(value: Decimal, like: Decimal | None) -> Decimal:
    return value.quantize(like or Decimal(1), ROUND_HALF_UP)
