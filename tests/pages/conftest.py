"""A browser for the pages, where the machine has one."""

from collections.abc import Iterator

import pytest

from tests.http.serving import served
from tests.pages.browser import Browser, program, running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a running Chromium, or skip and say why."""
    path = program()
    if path is None:
        pytest.skip("no Chromium on this machine (apt-get install chromium): the pages were not opened in a browser")
    with running(path) as started:
        yield started


@pytest.fixture
def base(own_database: str) -> Iterator[str]:
    """Return the address of the running service."""
    with served(database=own_database) as address:
        yield address
