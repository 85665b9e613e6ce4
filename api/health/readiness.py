"""Whether the service can do its work: the database answers, its tables are of this release, events are readable."""

import threading
import time
from dataclasses import dataclass, replace

from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.utils.timezone import now

from api.events.queries import is_ours, lag_seconds
from api.routines.doing import overdue_seconds
from api.routines.works import works

REMEMBERED = 1.0
"""Seconds an answer is good for: probes of many balancers must not add up to load."""


@dataclass(frozen=True)
class Readiness:
    """What is ready; `is_ready` needs the first three, the others are told for alarms."""

    database: bool
    migrations: bool
    feed: bool
    event_lag_seconds: float
    routine_overdue_seconds: float

    @property
    def is_ready(self) -> bool:
        """Tell whether requests should come here; a lagging feed or a missed night is no reason to keep them away."""
        return self.database and self.migrations and self.feed


class Remembered:
    """The last answer, for a second, shared by the threads of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0
        self._last = AWAY

    def get(self) -> Readiness:
        """Return the last answer, or look anew; one thread looks, the others wait for it."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._last = look(were_migrated=self._last.migrations)
                self._until = time.monotonic() + REMEMBERED
            return self._last


AWAY = Readiness(database=False, migrations=False, feed=False, event_lag_seconds=0.0, routine_overdue_seconds=0.0)


def look(*, were_migrated: bool = False) -> Readiness:
    """Ask the database now; what was once migrated stays so."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not (were_migrated or _are_migrated()):
            return replace(AWAY, database=True)
        overdue = overdue_seconds(works=works(), now=now())
        return Readiness(True, True, feed=is_ours(), event_lag_seconds=lag_seconds(), routine_overdue_seconds=overdue)
    except Error:
        return AWAY


def _are_migrated() -> bool:
    """Tell whether every migration of this release was applied; newer ones do no harm."""
    loader = MigrationLoader(connection)
    return set(loader.disk_migrations or {}) <= set(loader.applied_migrations or {})


remembered = Remembered()
