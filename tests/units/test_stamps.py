from typing import Any

import pytest
from django.db.transaction import atomic

from units.models import Official
from units.queries import Remembered, reference_stamp

pytestmark = pytest.mark.django_db
CODE = "CB-TEM-01"


def _named(codes: list[str]) -> dict[str, str | None]:
    known: dict[str, str] = dict(Official.objects.filter(code__in=codes).values_list("code", "name"))
    return {code: known.get(code) for code in codes}


def test_a_change_is_seen_by_the_next_who_asks_and_so_is_its_undoing() -> None:
    memory: Remembered[str, Any] = Remembered(_named)
    seen = [memory.of(reference_stamp(), [CODE])[CODE]]

    with pytest.raises(RuntimeError), atomic():  # noqa: PT012 - what is undone is a whole transaction
        Official.objects.create(code=CODE, name="Nguyễn Văn Mẫu")
        seen.append(memory.of(reference_stamp(), [CODE])[CODE])
        raise RuntimeError
    seen.append(memory.of(reference_stamp(), [CODE])[CODE])

    assert seen == [None, "Nguyễn Văn Mẫu", None]
