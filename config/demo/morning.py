"""One run of the demo: its hour, its own dossier codes, the unit where it plays."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from config.demo.words import ZONE

UNIT, UNIT_NAME = "gso2025:23500", "Xã Đăk Hà"
QUIET_UNIT = "gso2025:23365"
PROCEDURE = "1.004884"
RECEIVER, SETTLER = "MAU-11", "MAU-12"


@dataclass(frozen=True)
class Morning:
    """A run; every dossier it makes carries its hour, minute and second, so that runs never meet."""

    began: dt.datetime

    @classmethod
    def now(cls) -> "Morning":
        """Begin one."""
        return cls(dt.datetime.now(ZONE).replace(microsecond=0))

    def dossier(self, number: int, *, received: dt.datetime) -> str:
        """Return the code of this run's n-th dossier (TT 01/2018/TT-VPCP, điều 19: unit, day, four digits)."""
        return f"000.{self.began:%H}.{self.began:%M}.H48-{received:%y%m%d}-{self.began:%S}{number:02}"

    def ago(self, **told: float) -> dt.datetime:
        """Return a moment before the run."""
        return self.began - dt.timedelta(**told)

    @property
    def month(self) -> dict[str, str]:
        """The calendar month in which the run's dossiers end, as the figures are asked for."""
        first = self.ended.date().replace(day=1)
        last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
        return {"from": first.isoformat(), "to": last.isoformat()}

    @property
    def ended(self) -> dt.datetime:
        """When the run's dossiers end: just before it begins, so that its ratings fall into the same month."""
        return self.ago(seconds=1)


def step(at: dt.datetime, status: str, content: str, official: str) -> dict[str, Any]:
    """Return a step as the clean API takes it."""
    return {"at": at.isoformat(), "status": status, "content": content, "official": official, "unit": UNIT}
