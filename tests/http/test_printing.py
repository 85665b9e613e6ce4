"""Printing worked out once says exactly what the shapes say."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from rest_framework import serializers

from api.printing import Sparse, printed, printed_all
from api.shapes import Instant
from api.transactions.serializers import Transaction, TransactionWithSteps
from procedures.calendar.rules import ZONE
from procedures.transactions.queries import card_with_code
from tests.builders.transactions import NOW, a_transaction
from units.vocabulary import Viewer


class Inner(Sparse):
    SPARSE = frozenset({"note"})

    code = serializers.CharField()
    note = serializers.CharField(required=False)


class Outer(serializers.Serializer[Any]):
    at = Instant(allow_null=True)
    day = serializers.DateField(source="deep.day", default=None)
    kind = serializers.ChoiceField([("a", "A"), ("b", "B")])
    inner = Inner(required=False)
    several = Inner(many=True)
    counted = serializers.SerializerMethodField()
    called = serializers.CharField(source="call")
    hidden = serializers.CharField(write_only=True)
    absent = serializers.IntegerField(required=False)

    def get_counted(self, value: Any) -> int:
        return 7


INNER = {"code": "1", "note": ""}
THINGS: list[Any] = [
    SimpleNamespace(
        at=dt.datetime(2024, 3, 4, 1, 15, 0, 5, tzinfo=dt.UTC), deep=SimpleNamespace(day=dt.date(2024, 3, 4)), kind="a",
        inner=INNER, several=[INNER, {"code": 2, "note": "x"}], call=lambda: "called", absent=None,
    ),
    SimpleNamespace(at=None, deep=None, kind="", inner=None, several=[], call="plain", absent=3),
    {"at": dt.datetime(2024, 3, 4, tzinfo=ZONE), "deep": {"day": None}, "kind": "b", "several": [], "call": "x"},
]  # fmt: skip


@pytest.mark.parametrize("thing", THINGS)
def test_every_kind_of_field_is_printed_as_the_shape_prints_it(thing: Any) -> None:
    assert printed(Outer, thing) == dict(Outer().to_representation(thing))


def test_a_transaction_is_printed_as_its_shape_prints_it() -> None:
    one = a_transaction(steps=({"official_name": "Nguyễn Văn Mẫu"},), applicant_kind="citizen", contacts=0)
    bare = a_transaction(received_at=None, due_at=None, ended_at=None, status="registered", receiving_unit_code=None)
    cards = [
        card_with_code(dossier_code=row.dossier_code, viewer=Viewer(boundary=None, official=None), now=NOW)
        for row in (one, bare)
    ]

    assert [printed(TransactionWithSteps, card) for card in cards] == [
        TransactionWithSteps().to_representation(card) for card in cards
    ]
    assert printed_all(Transaction, cards) == [Transaction().to_representation(card) for card in cards]
