"""Several processes of one command, begun and ended together."""

import subprocess
import sys
from collections.abc import Callable, Sequence

from django.conf import settings

_LOOK = 0.2


def run_crew(command: Sequence[str], *, number: int, is_stopped: Callable[[float], bool]) -> bool:
    """Run a command of manage.py in so many processes until they end; tell whether none failed.

    `is_stopped` is asked again and again, and may take the seconds that it is given: then all are asked to end. When
    one fails the others are asked to end as well, and none is begun anew: whoever keeps the service running sees it.
    """
    crew = [subprocess.Popen([sys.executable, str(settings.ROOT / "manage.py"), *command]) for _ in range(number)]
    while any(one.poll() is None for one in crew) and not any(one.returncode for one in crew):
        if is_stopped(_LOOK):
            break
    has_failed = any(one.poll() for one in crew)
    for one in crew:
        one.terminate()
    for one in crew:
        one.wait()
    return not has_failed
