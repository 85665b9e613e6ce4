"""Wait for something without leaving the user in the dark."""

import time
from collections.abc import Callable

Say = Callable[[str], None]

FIRST_PAUSE = 0.01
LONGEST_PAUSE = 0.05
SECONDS_BETWEEN_WORDS = 2.0


def say_nothing(_text: str) -> None:
    """Swallow progress, for callers that show none."""


def wait_until(done: Callable[[], bool], *, limit: float, doing: str, say: Say) -> bool:
    """Poll until `done` answers true, at most `limit` seconds; return whether it did.

    From the first second on it says what it is doing and for how long.
    """
    begun = time.monotonic()
    next_word = 1.0
    pause = FIRST_PAUSE
    while not done():
        waited = time.monotonic() - begun
        if waited >= limit:
            return False
        if waited >= next_word:
            say(f"{doing} ({waited:.0f} s)")
            next_word = waited + SECONDS_BETWEEN_WORDS
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)
    return True
