"""The list of transactions: every column of a report narrows it, inside the caller's boundary, in a steady order."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import connection

from procedures.calendar.rules import ZONE
from procedures.transactions.models import USUAL, Transaction
from procedures.transactions.queries import searched, under_unit_then
from procedures.transactions.rules.report_months import report_month
from procedures.vocabulary import Channel, Timeliness
from tests.builders.transactions import DUE_AT, NOW, RECEIVED_AT, a_dossier_code, a_transaction
from tests.contract_client import ContractClient, faults, problem
from units.models import Unit
from units.rules import folded
from units.services import put_official

DAY = dt.timedelta(days=1)
DISTRICT, COMMUNE = "gso2024:615", "gso2024:23425"


@pytest.fixture
def reader(api: ContractClient) -> ContractClient:
    return api.machine("transactions:read")


def found(client: ContractClient, query: str) -> list[str]:
    """Return the dossier codes of the first page."""
    answer = client.get(f"/transactions?{query}")
    assert answer.status_code == 200, answer.content
    return [row["dossier_code"] for row in answer.json()["results"]]


def at(day: str, hour: int = 9) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(hour), ZONE)


def running(**said: Any) -> Any:
    return a_transaction(status="processing", ended_at=None, **said)


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("receiving_unit=gso2024:615", True), ("settling_unit=gso2024:615", False), ("channel=online", True),
        ("applicant_kind=business", True), ("applicant_kind=citizen", False), ("source=cong-mau", True),
        ("source=motcua-mau", False), ("outcome=finished", True), ("outcome=withdrawn", False),
        ("timeliness=late", True), ("timeliness=on_time", False), ("national_timeliness=late", True),
        ("due_from=2024-03-11&due_to=2024-03-11", True), ("due_from=2024-03-12", False), ("due_to=2024-03-10", False),
        ("ended_from=2024-03-13&ended_to=2024-03-13", True), ("overdue_by=2", True), ("overdue_by=3", False),
        ("official=CB-LIST", True), ("official=CB-KHAC", False), ("procedure=1.004884.000.00.00.H34", True),
        ("procedure=9.999999", False), ("paid_online=true", True), ("paid_online=false", False),
        ("digitised=true", False), ("report_month=2024-03", True), ("report_month=2024-04", False),
        ("ended_report_month=2024-03", True), ("due_report_month=2024-03", True),
        ("due_report_month=2024-02", False), ("under=gso2024:615&status=finished&timeliness=late", True),
        ("status=processing,finished", True), ("status=processing,returned", False),
        ("submitted_from=2024-03-03&submitted_to=2024-03-03", True), ("submitted_to=2024-03-02", False),
        ("promised_from=2024-03-11&promised_to=2024-03-11", True), ("promised_from=2024-03-12", False),
        ("returned_from=2024-03-14&returned_to=2024-03-14", True), ("returned_from=2024-03-15", False),
        ("supplement_requests_from=0", True), ("supplement_requests_from=1", False),
        ("extensions_from=0", True), ("extensions_from=1", False), ("field=ho-tich", True), ("field=dat-dai", False),
        ("electronic_result=true", True), ("electronic_result=false", False),
        ("warning=dossier_code_shape", True), ("warning=due_date_missing", False),
    ],
)  # fmt: skip
def test_each_column_of_a_report_narrows_the_list(reader: ContractClient, query: str, is_found: bool) -> None:  # noqa: FBT001
    put_official(code="CB-LIST", name="Nguyễn Văn Mẫu", by="test", now=NOW)
    late = a_transaction(
        receiving_unit_code=DISTRICT, settling_unit_code="gso2024:62", channel="online", source="cong-mau",
        applicant_kind="business", ended_at=DUE_AT + 2 * DAY, source_updated_at=DUE_AT + 2 * DAY, paid_online=True,
        dossier_code="HS-0001", electronic_result=True, submitted_at=at("2024-03-03"), returned_at=at("2024-03-14"),
        steps=({"official_code": "CB-LIST"},), now=NOW + 9 * DAY,
    )  # fmt: skip

    assert found(reader, query) == ([late.dossier_code] if is_found else [])


@pytest.mark.parametrize(
    ("days", "is_found"), [(1, True), (9, True), (10, False)],
)  # fmt: skip
def test_what_still_runs_is_overdue_as_of_now(reader: ContractClient, days: int, is_found: bool) -> None:  # noqa: FBT001
    late = running()

    with time_machine.travel(at("2024-03-20", 0), tick=False):  # due on the 11th
        narrowed = found(api_again(reader), f"overdue_by={days}")

    assert narrowed == ([late.dossier_code] if is_found else [])


def api_again(_reader: ContractClient) -> ContractClient:
    """Sign in anew at the moment travelled to: tokens live an hour."""
    return ContractClient().machine("transactions:read")


@pytest.mark.parametrize(("moment", "label"), [("2024-03-11", "running"), ("2024-03-12", "running_late")])
def test_the_filter_and_the_row_agree_on_what_runs_late(moment: str, label: str) -> None:
    late = running()

    with time_machine.travel(at(moment), tick=False):
        reader = ContractClient().machine("transactions:read")
        by_label = {one: found(reader, f"timeliness={one}") for one in Timeliness.values}

    assert {one for one, codes in by_label.items() if codes == [late.dossier_code]} == {label}


def test_a_report_month_begins_on_the_15th_and_ends_on_the_14th(reader: ContractClient) -> None:
    before, first, last, after = (
        running(received_at=moment, due_at=None)
        for moment in (at("2024-02-14", 23), at("2024-02-15", 0), at("2024-03-14", 23), at("2024-03-15", 0))
    )

    assert found(reader, "report_month=2024-03") == [last.dossier_code, first.dossier_code]
    assert found(reader, "report_month=2024-02") == [before.dossier_code]
    assert found(reader, "report_month=2024-04") == [after.dossier_code]
    assert report_month(dt.date(2026, 1, 31)) == (at("2025-12-15", 0), at("2026-01-15", 0))


@pytest.mark.parametrize(
    "query",
    ["report_month=2026-13", "report_month=2026", "report_month=10/2026", "overdue_by=0", "overdue_by=x", "q=ab",
     "status=finished,gone", "extensions_from=-1", "returned_to=14/03/2024", "channel=fax", "timeliness=soon",
     "due_from=01/02/2024", "official=" + "x" * 51],
)  # fmt: skip
def test_a_value_that_is_none_is_refused_by_name(reader: ContractClient, query: str) -> None:
    answer = reader.get(f"/transactions?{query}")

    assert problem(answer) == (400, "invalid")
    assert {place for place, _code in faults(answer)} == {query.partition("=")[0]}


def test_an_unknown_unit_an_unknown_order_and_two_faults_are_told_together(reader: ContractClient) -> None:
    assert faults(reader.get("/transactions?settling_unit=khong-co")) == {("settling_unit", "unknown_unit")}
    assert faults(reader.get("/transactions?ordering=-id")) == {("ordering", "unknown_value")}
    assert {place for place, _ in faults(reader.get("/transactions?channel=fax&status=gone"))} == {"channel", "status"}


class TestSearch:
    """By a part of the dossier code, or by words of the procedure's name, however they are typed."""

    @pytest.mark.parametrize(
        "text", ["khai sinh", "KHAI SINH", "khai%20sinh%20lại", "dang ky", "đăng ký lại", "SINH lai"]
    )
    def test_words_of_the_procedure_are_found_without_diacritics(self, reader: ContractClient, text: str) -> None:
        one = a_transaction()  # Thủ tục đăng ký lại khai sinh

        assert found(reader, f"q={text}") == [one.dossier_code]

    @pytest.mark.parametrize("text", ["h34-240304", "4-0", "000.00", "240304-"])
    def test_any_part_of_a_code_is_found_in_any_case(self, reader: ContractClient, text: str) -> None:
        one = a_transaction(dossier_code="000.00.00.H34-240304-0042")

        assert found(reader, f"q={text}") == [one.dossier_code]

    def test_the_bar_of_d_does_not_matter_and_signs_of_patterns_are_letters(self, reader: ContractClient) -> None:
        barred = a_transaction(dossier_code="HS.Đăk-0001_x")

        assert found(reader, "q=hs.đăk-0001") == found(reader, "q=0001_X") == [barred.dossier_code]
        assert found(reader, "q=0001%25x") == found(reader, "q=%25%25%25") == found(reader, "q=001.x") == []

    def test_the_database_folds_every_letter_as_python_does(self, reader: ContractClient) -> None:
        letters = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
        one = a_transaction(dossier_code=f"1-{letters[:45]}")
        two = a_transaction(dossier_code=f"2-{letters[45:].upper()}")

        assert found(reader, f"q={folded(letters[:45])}") == [one.dossier_code]
        assert found(reader, f"q={folded(letters[45:])}") == [two.dossier_code]

    @pytest.mark.parametrize("text", ["1.004884", "1.0048", "1.004884.000.00.00.H34"])
    def test_a_procedure_is_found_by_its_code(self, reader: ContractClient, text: str) -> None:
        one = a_transaction()  # 1.004884

        assert found(reader, f"q={text}") == [one.dossier_code]
        assert found(reader, "q=1.004885") == found(reader, "q=4884") == []

    def test_another_word_finds_nothing(self, reader: ContractClient) -> None:
        a_transaction()

        assert found(reader, "q=khai sinh kết hôn") == []

    def test_the_search_walks_an_index(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        plan = searched(Transaction.objects.all(), text="0042").explain()

        assert "transaction_code_trigrams" in plan

    @pytest.fixture
    def many(self) -> None:
        """Let there be enough transactions that say the usual for a plan to matter."""
        one = a_transaction()
        Transaction.objects.bulk_create(
            Transaction(**{
                field.attname: getattr(one, field.attname)
                for field in Transaction._meta.concrete_fields if field.attname not in {"id", "dossier_code"}
            } | {"dossier_code": f"{one.dossier_code}.{number}"})
            for number in range(2000)
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE procedures_transaction")

    @pytest.mark.usefixtures("many")
    @pytest.mark.parametrize("word", USUAL)
    def test_what_few_say_is_found_by_an_index_of_its_own(self, word: str) -> None:
        field: Any = Transaction._meta.get_field(word)
        choices = [value for value, _ in field.flatchoices if value]

        walked = {
            value: f"unusual_{word}" in Transaction.objects.filter(**{word: value}).order_by("-id").explain()
            for value in choices
        }

        assert walked == {value: value not in set(USUAL[word]) for value in choices}


class TestOrder:
    """A few orders, each walked page by page; rows that lack the date come last."""

    @pytest.fixture
    def codes(self) -> list[str]:
        """Return six transactions: two received at one instant, one never received, two that run."""
        same: dict[str, Any] = {"received_at": RECEIVED_AT, "ended_at": None, "status": "processing"}
        made = [
            a_transaction(),
            a_transaction(**same),
            a_transaction(**same | {"due_at": DUE_AT - 3 * DAY}),
            a_transaction(received_at=RECEIVED_AT + DAY),
            a_transaction(received_at=None, due_at=None, ended_at=None, status="registered"),
            a_transaction(received_at=None, due_at=None, ended_at=None, status="registered"),
        ]
        return [one.dossier_code for one in made]

    @pytest.mark.parametrize(
        ("ordering", "expected"),
        [
            ("newest", [5, 4, 3, 2, 1, 0]), ("received", [3, 2, 1, 0, 5, 4]), ("ended", [3, 0, 5, 4, 2, 1]),
            ("due", [2, 0, 1, 3, 4, 5]), ("dossier_code", [0, 1, 2, 3, 4, 5]),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("size", [1, 2, 3, 6])
    def test_every_row_is_met_once_whatever_the_page(
        self, reader: ContractClient, codes: list[str], ordering: str, expected: list[int], size: int
    ) -> None:
        seen: list[str] = []
        query = {"ordering": ordering, "page_size": str(size)}
        page = reader.get("/transactions", query).json()
        while page["next_cursor"]:
            seen += [row["dossier_code"] for row in page["results"]]
            page = reader.get("/transactions", {**query, "cursor": page["next_cursor"]}).json()
        seen += [row["dossier_code"] for row in page["results"]]

        assert seen == [codes[place] for place in expected]

    def test_a_cursor_of_one_order_is_none_of_another(self, reader: ContractClient, codes: list[str]) -> None:
        cursor = reader.get("/transactions?page_size=1&ordering=due").json()["next_cursor"]

        answer = reader.get("/transactions", {"page_size": "1", "ordering": "ended", "cursor": cursor})

        assert faults(answer) == {("cursor", "foreign_cursor")}


@pytest.mark.parametrize(
    "query",
    ["", "ordering=received", "ordering=due", "q=240304", "q=khai sinh", "timeliness=on_time", "overdue_by=1",
     "channel=counter", "official=CB-LIST", "receiving_unit=gso2024:62", "under=gso2024:62", "source=motcua-mau",
     "report_month=2024-03", "count=exact", "paid_online=true"],
)  # fmt: skip
def test_no_filter_leads_out_of_the_boundary(api: ContractClient, query: str) -> None:
    put_official(code="CB-LIST", name="Nguyễn Văn Mẫu", by="test", now=NOW)
    outside = a_transaction(
        dossier_code=a_dossier_code(), paid_online=True, ended_at=DUE_AT, channel=Channel.COUNTER,
        steps=({"official_code": "CB-LIST"},),
    )  # fmt: skip
    district = api.machine("transactions:read", boundary=Unit.objects.get(code=DISTRICT))

    answer = district.get(f"/transactions?{query}")
    file = district.get(f"/transactions/export?format=csv&{query.replace('count=exact', '')}")

    assert answer.json()["results"] == []
    assert answer.json().get("count", 0) == 0
    assert outside.dossier_code not in file.content.decode()
    # The control: whoever may see the province finds it, but for the one filter that it does not meet.
    whole = found(api.machine("transactions:read"), query)
    assert whole == ([] if query == "overdue_by=1" else [outside.dossier_code])


WHOLE = "procedures.transactions.queries.listing._whole"


def test_whoever_asks_for_more_than_he_may_see_is_shown_his_part(
    api: ContractClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what lies inside of the boundary as a whole is asked for without it (TransactionRows.part)."""
    a_transaction(dossier_code=a_dossier_code())  # of the province itself
    district = api.machine("transactions:read", boundary=Unit.objects.get(code=DISTRICT))
    queries = ["under=gso2024:62", "under=gso2024:62&organisation=now", f"under={DISTRICT}"]

    assert [found(district, query) for query in queries] == [[], [], []]

    monkeypatch.setattr(WHOLE, lambda rows, _wanted: rows.part[0])  # the control
    assert [len(found(district, query)) for query in queries] == [1, 1, 0]


@pytest.mark.parametrize("ordering", ["newest", "received", "ended", "due", "dossier_code"])
@pytest.mark.parametrize("size", [1, 2, 5])
def test_a_unit_meets_once_what_it_received_or_settled_and_what_it_did_both(
    reader: ContractClient, ordering: str, size: int
) -> None:
    other = "gso2024:62"
    mine = {
        a_transaction(receiving_unit_code=receiving, settling_unit_code=settling).dossier_code
        for receiving, settling in ((COMMUNE, COMMUNE), (COMMUNE, other), (other, COMMUNE), (COMMUNE, None))
    }
    a_transaction(receiving_unit_code=other, settling_unit_code=other)
    query = {"under": COMMUNE, "ordering": ordering, "page_size": str(size)}

    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = reader.get("/transactions", {**query, **({"cursor": cursor} if cursor else {})}).json()
        seen += [row["dossier_code"] for row in page["results"]]
        cursor = page["next_cursor"]

    assert sorted(seen) == sorted(mine)
    assert Transaction.objects.count() == len(mine) + 1


def test_rows_changed_otherwise_than_by_narrowing_forget_their_stretches() -> None:
    rows = under_unit_then(Transaction.objects.all(), unit_id=Unit.objects.get(code=COMMUNE).pk)

    changed = (rows.none(), rows.distinct(), rows.order_by("id"), rows.all())

    assert len(rows.filter(channel="post").stretches) == 2  # type: ignore[attr-defined]
    assert not any(one.stretches for one in changed)  # type: ignore[attr-defined]
