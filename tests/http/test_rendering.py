"""What the quick renderer writes is what the framework's writes."""

import datetime as dt
import uuid
from collections import OrderedDict
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from django.utils.translation import gettext_lazy
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.rendering import QuickJSONRenderer, answered
from procedures.vocabulary import Status


class Pair(NamedTuple):
    first: int
    second: str


DOCUMENTS: list[Any] = [
    None, "", [], {}, {"một": 'Nguyễn Văn Mẫu \u2028 \u2029 "\\/\n\t\x7f'}, [1, -2.5, 1e21, 0.1, True, None],
    {"at": dt.datetime(2026, 3, 4, 8, 15, 0, 5000, tzinfo=dt.UTC), "on": dt.date(2026, 3, 4), "time": dt.time(7, 30)},
    {"span": dt.timedelta(hours=1), "amount": Decimal("1.10"), "id": uuid.UUID(int=7), "lazy": gettext_lazy("Yes")},
    OrderedDict(status=Status.PROCESSING, pair=Pair(1, "x"), several=(1, 2), each=(n for n in range(2))),
    {1: "a", Status.PROCESSING: "b"}, {"large": 2**70},
]  # fmt: skip


@pytest.mark.parametrize("document", DOCUMENTS, ids=range(len(DOCUMENTS)))
def test_an_answer_is_written_as_the_framework_writes_it(document: Any) -> None:
    if isinstance(document, OrderedDict):
        theirs = JSONRenderer().render({**document, "each": [0, 1]})
    else:
        theirs = JSONRenderer().render(document)

    assert QuickJSONRenderer().render(document) == theirs


def test_who_asks_for_an_indent_gets_it() -> None:
    assert QuickJSONRenderer().render({"a": 1}, "application/json; indent=2") == b'{\n  "a": 1\n}'


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/json; indent=2"])
def test_an_answer_that_is_written_already_is_as_the_frameworks(accept: str) -> None:
    """Bytes and headers, of the same view with the one and with the other."""
    document = {"một": "Nguyễn Văn Mẫu", "at": None}

    class Framework(APIView):
        def get(self, _request: Request) -> HttpResponseBase:
            return Response(document, status=201, headers={"ETag": '"1"'})

    class Ours(APIView):
        def get(self, request: Request) -> HttpResponseBase:
            return answered(request, document, status=201, headers={"ETag": '"1"'})

    asked = RequestFactory().get("/", headers={"Accept": accept})
    theirs, ours = (
        view.as_view(throttle_classes=[], permission_classes=[], authentication_classes=[])(asked)
        for view in (Framework, Ours)
    )

    assert (ours.status_code, ours.content) == (theirs.status_code, theirs.render().content)
    assert dict(ours.headers) == dict(theirs.headers)


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        QuickJSONRenderer().render({"a": 2**70, "b": float("nan")})
