"""The web server's workers look seldom for garbage."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOLD = """
import gc, runpy
before = gc.get_freeze_count()
runpy.run_path("config/gunicorn.conf.py")["post_worker_init"](None)
print(gc.isenabled(), gc.get_threshold()[0] > 700, gc.get_freeze_count() > before)
"""


def test_a_worker_looks_seldom_but_looks_and_leaves_alone_what_is_loaded() -> None:
    told = subprocess.run([sys.executable, "-c", TOLD], cwd=ROOT, capture_output=True, text=True, check=True)

    assert told.stdout.split() == ["True", "True", "True"]
