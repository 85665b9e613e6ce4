"""An address in which nothing is named is found in one look, and no other is remembered."""

import pytest
from django.urls import Resolver404, URLResolver
from django.urls.resolvers import RegexPattern

from config.addresses import remember_fixed

FIXED, NAMED = "/api/v1/ratings", "/api/v1/rating-forms/THANH_HOA_3"


@pytest.fixture
def resolver() -> URLResolver:
    """Return a resolver of the service's addresses that is nobody else's."""
    return URLResolver(RegexPattern(r"^/"), "config.urls")


def test_what_is_found_is_what_was_searched_for(resolver: URLResolver) -> None:
    searched = {path: resolver.resolve(path) for path in (FIXED, NAMED, "/livez", "/r")}
    remember_fixed(resolver)

    for path, found in searched.items():
        for again in (resolver.resolve(path), resolver.resolve(path)):
            assert (again.func, again.route, again.kwargs) == (found.func, found.route, found.kwargs)


def test_only_what_names_nothing_is_remembered(resolver: URLResolver) -> None:
    remember_fixed(resolver)

    assert resolver.resolve(FIXED) is resolver.resolve(FIXED)
    assert resolver.resolve(NAMED) is not resolver.resolve(NAMED)
    with pytest.raises(Resolver404):
        resolver.resolve("/api/v1/ratings/")
    with pytest.raises(Resolver404):
        resolver.resolve("/api/v1/ratings?")


def test_control_without_it_an_address_is_searched_for_each_time(resolver: URLResolver) -> None:
    assert resolver.resolve(FIXED) is not resolver.resolve(FIXED)
