"""What every test may ask for."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker

from api.throttling import emptied
from config.database import ensure_running
from tests import databases
from tests.contract_client import ContractClient
from tests.environment import STATE

settings.register_profile("any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any-machine")  # a slow machine is no defect


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database was made before Django woke up (tests/environment.py); drop it at the end."""
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    databases.drop(ensure_running(STATE), os.environ["TEST_DATABASE"])


@pytest.fixture(autouse=True)
def _every_test_may_use_the_database(request: pytest.FixtureRequest) -> None:
    """Each test runs in a transaction that is rolled back, unless it asks for a database of its own."""
    if "own_database" not in request.fixturenames:
        request.getfixturevalue("db")


@pytest.fixture(autouse=True)
def _no_bucket_is_remembered() -> None:
    """A process remembers for a minute which buckets were empty; each test is a new one."""
    emptied.forget()


@pytest.fixture
def own_database(django_db_blocker: DjangoDbBlocker, django_db_setup: None) -> Iterator[str]:
    """A database of this test alone, for real commits, threads and processes; its URL as the app role."""
    with a_database_apart(django_db_blocker) as url:
        yield url


@contextmanager
def a_database_apart(django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Turn to a fresh database, as the app role; yield its URL, drop it afterwards."""
    cluster = ensure_running(STATE)
    name = f"{os.environ['TEST_DATABASE']}_own"
    shared = connections.databases["default"]["NAME"]
    with django_db_blocker.unblock():
        connections.close_all()
        databases.create(cluster, name, template=os.environ["TEST_TEMPLATE"])
        for alias in ("default", "owner"):
            connections.databases[alias]["NAME"] = name
        yield cluster.url("phucvu_app", name)
        connections.close_all()
        for alias in ("default", "owner"):
            connections.databases[alias]["NAME"] = shared
        databases.drop(cluster, name)


@pytest.fixture
def api() -> ContractClient:
    """A client without an account that holds every exchange against openapi.yaml; `api.signed_in(...)` for others."""
    return ContractClient()
