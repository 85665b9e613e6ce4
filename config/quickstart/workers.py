"""The workers beside the web server of `make run`: when one dies all of them end, and are begun anew."""

import os
import subprocess
import sys
import time

from config.quickstart.local import ROOT

COMMAND = ["run_jobs", "--workers", "2", "--watch", "1"]
"""What reads files, counts assessments and works at night; they end with us, even when we are killed."""
STEADY = 60.0
"""Seconds of work after which an end is no sign of a fault that comes back at once."""
LONGEST_PAUSE = 30.0


class Workers:
    """A crew of `run_jobs`, begun anew when it ends; longer and longer afterwards while it ends at once."""

    def __init__(self, variables: dict[str, str]) -> None:
        self._variables = variables
        self._pause = 1.0
        self._again_at: float | None = None
        self._begin()

    def look(self) -> None:
        """Begin the crew anew when it has ended and its pause is over; to be called again and again."""
        if self.crew.poll() is None:
            return
        now = time.monotonic()
        if self._again_at is None:
            self._pause = 1.0 if now - self._begun_at > STEADY else min(2 * self._pause, LONGEST_PAUSE)
            self._again_at = now + self._pause
            print(f"The workers ended; beginning them anew in {self._pause:.0f} s.", file=sys.stderr, flush=True)
        elif now >= self._again_at:
            self._begin()

    def stop(self) -> None:
        """End the crew."""
        self.crew.terminate()
        self.crew.wait()

    def _begin(self) -> None:
        self._begun_at, self._again_at = time.monotonic(), None
        self.crew = subprocess.Popen(
            [sys.executable, "manage.py", *COMMAND, "--with-parent", str(os.getpid())],
            env=self._variables,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
