"""A browser for the pages, where the machine has one, and a running service for all tests of a module."""

import os
from collections.abc import Callable, Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from feedback.ratings.models import Rating
from tests.conftest import a_database_apart
from tests.http.serving import served
from tests.pages.browser import Browser, program, running
from tests.pages.forms import publish_all

Given = Callable[[], list[Rating]]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a running Chromium, or skip and say why; in CI there must be one (.ci/run)."""
    path = program()
    if path is None:
        leave = pytest.fail if os.environ.get("CI") else pytest.skip
        leave("no Chromium on this machine (apt-get install chromium): the pages were not opened in a browser")
    with running(path) as started:
        yield started


@pytest.fixture(scope="module")
def own_database(browser: Browser, django_db_blocker: DjangoDbBlocker, django_db_setup: None) -> Iterator[str]:
    """A database of this module: starting the service takes longer than most of its tests."""
    with a_database_apart(django_db_blocker) as url:
        publish_all()
        yield url


@pytest.fixture(scope="module")
def base(own_database: str) -> Iterator[str]:
    """Return the address of the running service."""
    with served(database=own_database) as address:
        yield address


@pytest.fixture
def given(own_database: str) -> Given:
    """Return what lists the ratings that came in since the test began."""
    before = list(Rating.objects.values_list("pk", flat=True))
    return lambda: list(Rating.objects.exclude(pk__in=before))
