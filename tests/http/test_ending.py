"""A worker that is told to stop stops, whenever it is told."""

from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn.workers.gthread import ThreadWorker

from config.worker import Worker


class Living(Worker):
    """A worker without a process."""

    def __init__(self) -> None:
        self.alive = True
        self.log = SimpleNamespace(info=lambda *_: None)


@pytest.mark.parametrize("has_parent", [True, False])
def test_a_signal_that_comes_while_the_parent_is_looked_for_is_not_lost(
    monkeypatch: pytest.MonkeyPatch, *, has_parent: bool
) -> None:
    def looks(worker: Any) -> bool:
        worker.alive = False  # as gunicorn's handler of SIGTERM does
        return has_parent

    monkeypatch.setattr(ThreadWorker, "is_parent_alive", looks)
    worker = Living()

    assert (worker.is_parent_alive(), worker.alive) == (False, False)


@pytest.mark.parametrize("has_parent", [True, False])
def test_a_worker_lives_as_long_as_its_parent(monkeypatch: pytest.MonkeyPatch, *, has_parent: bool) -> None:
    monkeypatch.setattr(ThreadWorker, "is_parent_alive", lambda _worker: has_parent)
    worker = Living()

    assert (worker.is_parent_alive(), worker.alive) == (has_parent, has_parent)
