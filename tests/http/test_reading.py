"""What comes in is read by a shorter way than the framework's, and as the framework would read it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rest_framework import serializers
from rest_framework.fields import empty

from api import urls
from api.shapes import Shape, Text, reader_of

assert urls.urlpatterns, "every room is loaded, and with it every shape"
ANY = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=40), st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2), st.just(empty),
    st.sampled_from(["", "  ", " a ", "a\u0000", "\ud800", "ă" * 41, "2024-03-04", "received", "1"]),
    st.just("2024-03-04T08:15:00+07:00"),
)  # fmt: skip


def shapes(parent: type[Shape] = Shape) -> Iterator[type[Shape]]:
    """Yield every shape of the service."""
    for shape in parent.__subclasses__():
        yield shape
        yield from shapes(shape)


def fields_read() -> dict[tuple[type, str], Any]:
    """Return one field of each kind and look, of all that are read."""
    kinds: dict[tuple[type, str], Any] = {}
    for shape in shapes():
        for field in shape().fields.values():
            if not field.read_only and not isinstance(field, serializers.BaseSerializer | serializers.ListField):
                kinds.setdefault((type(field), repr(field)), field)
    return kinds


FIELDS = list(fields_read().values())


def outcome(read: Callable[[Any], Any], told: Any) -> Any:
    """Return what is read, or what is said against it."""
    try:
        return "read", read(told)
    except serializers.ValidationError as error:
        return "refused", error.get_full_details()
    except serializers.SkipField:
        return "skipped"


def framework(field: Any) -> Callable[[Any], Any]:
    """Return how the framework reads by a field: the whole way, with our turning of the value within."""
    if isinstance(field, Text):
        return lambda told: serializers.CharField.run_validation(field, told)
    return field.run_validation  # type: ignore[no-any-return]


def test_there_are_fields_of_both_kinds() -> None:
    short = [field for field in FIELDS if reader_of(field) != field.run_validation]

    assert len(short) >= 5
    assert sum(isinstance(field, Text) for field in FIELDS) >= 5


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: f"{type(field).__name__}-{field.field_name}")
@given(told=ANY)
@example(told="x" * 100_000)
def test_a_field_reads_what_the_framework_reads_by_it(field: Any, told: Any) -> None:
    assert outcome(reader_of(field), told) == outcome(framework(field), told)


@given(
    text=st.text(max_size=12),
    longest=st.none() | st.integers(1, 8),
    is_trimmed=st.booleans(),
    may_be_blank=st.booleans(),
)
def test_a_text_keeps_its_bounds(text: str, longest: int | None, is_trimmed: bool, may_be_blank: bool) -> None:  # noqa: FBT001
    field = Text(max_length=longest, min_length=2, trim_whitespace=is_trimmed, allow_blank=may_be_blank)

    assert outcome(field.run_validation, text) == outcome(framework(field), text)
