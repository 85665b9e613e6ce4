"""The web server's workers look seldom for garbage."""

import gc
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest
from django.test import RequestFactory
from rest_framework.request import Request

from api.endpoint import Endpoint

PATHS = [("POST", "/api/v1/complaints"), ("POST", "/api/v1/ratings"), ("GET", "/api/v1/rating-forms/THANH_HOA_3")]
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


def requests_alive() -> list[object]:
    return [one for one in gc.get_objects() if issubclass(type(one), (Request, HttpRequest))]


def left_waiting() -> int:
    """Ask for fifteen answers and tell how many of the requests are still there without a look for garbage."""
    application, body = get_wsgi_application(), json.dumps({"x": "ư" * 1000}).encode()

    def ask(method: str, path: str) -> None:
        asked = RequestFactory().generic(method, path, body, "application/json").environ
        answer = application(asked, lambda _status, _headers, _problem=None: len)
        b"".join(answer)
        answer.close()

    for path in PATHS:
        ask(*path)
    gc.collect()
    gc.disable()
    try:
        held = requests_alive()  # by whatever ran before
        for path in PATHS * 5:
            ask(*path)
        return len(requests_alive()) - len(held)
    finally:
        gc.enable()


def test_nothing_of_a_request_waits_for_a_look(own_database: str) -> None:
    """Else a letter of a megabyte would be kept for a thousand requests more."""
    assert left_waiting() <= 1


def test_control_requests_that_are_not_let_go_wait(own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Endpoint, "_let_go", lambda *_: None)

    assert left_waiting() >= 15
