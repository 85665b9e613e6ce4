"""Bring the database up to date: migrate, grant, load the reference data, make the sample accounts. Repeatable."""

import subprocess
import sys
import time

from config.quickstart.local import ROOT, STATE

STEPS = (
    ("Tables", ["migrate", "--database", "owner", "--verbosity", "0"]),
    ("Rights of the service's database role", ["grant_app_role"]),
    ("Reference data: units, procedures, days off, forms, categories", ["load_reference_data"]),
    ("Sample accounts of this machine", ["prepare_samples", "--to", str(STATE / "samples.json")]),
    ("Files of the documentation pages", ["collectstatic", "--noinput", "--verbosity", "0"]),
)


def prepare(variables: dict[str, str]) -> None:
    """Run each step and tell how long it took; raises SystemExit with the step's own words when one fails."""
    for title, command in STEPS:
        began = time.monotonic()
        print(f"  {title} ...", end=" ", flush=True)
        done = manage(command, variables)
        if done.returncode != 0:
            print("failed")
            raise SystemExit(done.stdout + done.stderr)
        print(f"{time.monotonic() - began:.1f} s", flush=True)


def manage(command: list[str], variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run one of the service's commands and catch what it says."""
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *command],
        env=variables,
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=False,
    )
