"""Bad input, as it comes: each kind is a clear problem in Vietnamese, and leaves nothing half-written."""

import datetime as dt
import json
from typing import Any

import pytest
from django.utils.timezone import localdate, now

from feedback.models import Rating, RatingLink
from feedback.ratings.rules.directions import closed
from feedback.ratings.rules.sight import week_of
from feedback.ratings.services import revoke_right
from procedures.models import Transaction
from tests.adapters.histories import DOSSIERS
from tests.adapters.test_addresses import a_row, an_envelope
from tests.builders.ratings import a_dossier, a_right, a_submission
from tests.builders.transactions import a_dossier_code
from tests.complaints.test_life_of_a_complaint import A_COMPLAINT
from tests.contract_client import ContractClient, faults, problem
from tests.life.counting import grown, rows_in_all_tables
from tests.transactions.test_api import A_STATE

JOURNAL = {"procedures_message": 1}
"""A message that is refused is kept with its faults, and that is all that is written of it."""


@pytest.fixture
def machine(api: ContractClient) -> ContractClient:
    return api.machine("transactions:read", "transactions:write", "units:read", "procedures:read")


def said(answer: Any) -> dict[str, str]:
    """Return place → sentence of everything that a problem names."""
    errors = answer.json().get("errors", [])
    return {error.get("pointer", error.get("parameter")): error["detail"] for error in errors}


def state_with(machine: ContractClient, **changes: Any) -> Any:
    return machine.put(f"/transactions/{a_dossier_code()}", A_STATE | changes)


class TestDossierCodes:
    @pytest.mark.parametrize("code", ["khong.dung-mau", "H34/2024 số 7", "Ｈ34-1"])
    def test_a_dossier_code_of_the_wrong_shape_is_kept_and_flagged_and_never_changed(
        self, machine: ContractClient, code: str
    ) -> None:
        answer = machine.post("/transactions/batch", [A_STATE | {"dossier_code": code}]).json()

        (row,) = answer["results"]
        assert (row["outcome"], row["key"], row["warnings"]) == ("created", code, ["dossier_code_shape"])
        (listed,) = machine.get("/transactions").json()["results"]
        assert listed["dossier_code"] == code

    @pytest.mark.parametrize("code", ["x" * 101, "a\u202eb"])
    def test_a_dossier_code_under_which_nothing_can_be_filed_is_refused_and_kept(
        self, machine: ContractClient, code: str
    ) -> None:
        before = rows_in_all_tables()

        answer = machine.put(f"/transactions/{code}", A_STATE)

        assert problem(answer) == (400, "invalid")
        assert said(answer) == {"/dossier_code": "Mã hồ sơ trống, quá dài hoặc có ký tự lạ."}
        assert grown(before) == JOURNAL


class TestUnknownCodes:
    def test_an_unknown_procedure_or_unit_costs_its_row_only_and_the_row_is_replayed_when_it_is_known(
        self, machine: ContractClient, api: ContractClient
    ) -> None:
        codes = [a_dossier_code() for _ in range(3)]
        odd = [{"procedure": "9.999999"}, {"receiving_unit": "mau:moi"}, {}]
        rows = [A_STATE | {"dossier_code": code} | change for code, change in zip(codes, odd, strict=True)]

        results = machine.post("/transactions/batch", rows).json()["results"]

        assert [row["outcome"] for row in results] == ["rejected", "rejected", "created"]
        assert [[(e["pointer"], e["detail"]) for e in row["errors"]] for row in results] == [
            [("/procedure", "Không có thủ tục mang mã này.")],
            [("/receiving_unit", "Không có đơn vị mang mã này vào ngày đó.")],
            [],
        ]
        keeper = api.signed_in("procedures:write", "units:write")
        procedure = {"name": "Thủ tục mẫu", "field": "Hộ tịch", "valid_from": "2024-01-01"}
        unit = {
            "name": "Đội mẫu", "kind": "department", "valid_from": "2024-01-01", "valid_to": "2025-07-01",
            "parent": "gso2024:62",
        }  # fmt: skip
        assert keeper.put("/procedures/9.999999", procedure).status_code == 201
        assert keeper.put("/units/mau:moi", unit).status_code == 201
        kept = machine.get("/journal?outcome=rejected").json()["results"]
        replayed = [machine.post(f"/journal/{entry['id']}/replay").json()["outcome"] for entry in kept]
        assert replayed == ["created", "created"]
        assert [machine.get(f"/transactions/{code}").status_code for code in codes] == [200, 200, 200]


class TestDates:
    @pytest.mark.parametrize(
        ("received_at", "told"),
        [
            ("1800-03-04T08:15:00+07:00", "Năm phải từ 1990 đến 2100."),
            ("3000-03-04T08:15:00+07:00", "Năm phải từ 1990 đến 2100."),
            ("2024-02-30T08:15:00+07:00", "Không có ngày giờ này (ví dụ ngày 30 tháng 2)."),
            *(
                (odd, "Thời điểm phải theo RFC 3339, kèm múi giờ không quá ±15:59, ví dụ 2024-03-04T08:15:00+07:00.")
                for odd in ("20240230000000", "2024-03-04T08:15:00+23:16", "2024-03-04T08:15:00", 20240304)
            ),
        ],
    )
    def test_an_instant_that_is_none_is_refused_by_its_field(
        self, machine: ContractClient, received_at: Any, told: str
    ) -> None:
        before = rows_in_all_tables()

        answer = state_with(machine, received_at=received_at)

        assert problem(answer) == (400, "invalid")
        assert said(answer) == {"/received_at": told}
        assert grown(before) == JOURNAL

    @pytest.mark.parametrize(
        "odd",
        ["20240230000000", "18000304080000", "30/02/2024 08:00:00", "2024-03-04T08:15:00+23:16", "30000101000000"],
    )
    def test_a_date_that_is_none_is_refused_in_the_senders_own_words(self, machine: ContractClient, odd: str) -> None:
        before = rows_in_all_tables()

        answer = machine.post(DOSSIERS, an_envelope(a_row(NgayTiepNhan=odd)))

        (row,) = answer.json()["ket_qua"]
        assert (answer.status_code, answer.json()["error_code"], row["outcome"]) == (200, "01", "rejected")
        (fault,) = row["loi"]
        assert (fault["field"], fault["code"]) == ("NgayTiepNhan", "wrong_date")
        assert fault["text"].startswith("Không phải ngày giờ hợp lệ theo yyyyMMddHHmmss")
        assert fault["text"].endswith(odd)
        assert grown(before) == JOURNAL


CALLS = ["put", "steps", "complaint", "rating", "receipt"]


def kept_of(name: str) -> dict[str, int]:
    """Return what grows by a call that could not be read: the journal keeps what a machine tells of a transaction."""
    return JOURNAL if name in {"put", "steps"} else {}


def call(api: ContractClient, machine: ContractClient, name: str, body: bytes) -> Any:
    """Send these bytes to an operation."""
    headers = {"Idempotency-Key": "k" * 20}
    if name == "put":
        return machine.put(f"/transactions/{a_dossier_code()}", body, content_type="application/json")
    if name == "steps":
        return machine.post(f"/transactions/{a_dossier_code()}/steps", body, content_type="application/json")
    path = {"complaint": "/complaints", "rating": "/ratings", "receipt": "/complaint-receipts"}[name]
    return api.post(path, body, content_type="application/json", headers=headers)


class TestBodies:
    @pytest.mark.parametrize("name", CALLS)
    @pytest.mark.parametrize("body", [b'{"a": NaN}', b'{"a": -Infinity}', b'{"a": ', b"[" * 100_000, b'{"a": "\xff"}'])
    def test_what_is_no_json_is_told_so(
        self, api: ContractClient, machine: ContractClient, name: str, body: bytes
    ) -> None:
        before = rows_in_all_tables()

        answer = call(api, machine, name, body)

        assert problem(answer) == (400, "invalid")
        assert said(answer)[""].startswith("Nội dung gửi lên không phải là JSON hợp lệ")
        assert grown(before) == kept_of(name)

    @pytest.mark.parametrize("name", CALLS)
    @pytest.mark.parametrize("text", ["\\u0000", "\\ud800", "\\udc00x"])
    def test_nul_and_lone_surrogates_are_told_by_their_field(
        self, api: ContractClient, machine: ContractClient, name: str, text: str
    ) -> None:
        before = rows_in_all_tables()

        answer = call(api, machine, name, f'{{"mau": {{"sau": "a{text}"}}}}'.encode())

        assert problem(answer) == (400, "invalid")
        assert said(answer) == {"/mau/sau": "Văn bản chứa ký tự không lưu được (NUL hoặc mã thay thế lẻ)."}
        assert grown(before) == kept_of(name)

    @pytest.mark.parametrize("name", CALLS)
    def test_a_body_of_ten_megabytes_is_told_the_limit(
        self, api: ContractClient, machine: ContractClient, name: str
    ) -> None:
        before = rows_in_all_tables()

        answer = call(api, machine, name, json.dumps({"statement": "x" * 10_000_000}).encode())

        assert problem(answer) == (413, "too-large")
        assert answer.json()["detail"] == "Thao tác này nhận tối đa 1048576 byte."
        assert grown(before) == kept_of(name)

    def test_a_batch_of_ten_megabytes_is_told_the_limit(self, machine: ContractClient) -> None:
        before = rows_in_all_tables()
        rows = [A_STATE | {"dossier_code": a_dossier_code(), "settling_unit_name": "x" * 10_000_000}]

        batch, letter = machine.post("/transactions/batch", rows), machine.post(DOSSIERS, rows)

        assert problem(batch) == (413, "too-large")
        assert (letter.status_code, letter.json()["error_code"], letter.json()["ket_qua"]) == (200, "01", [])
        assert grown(before) == {"procedures_message": 2}, "that each came stands in the journal, not what it said"

    def test_objects_two_levels_deep_where_none_belong_are_told_by_their_field(self, machine: ContractClient) -> None:
        before = rows_in_all_tables()
        deep = {"a": {"b": 1}}

        answer = state_with(machine, procedure=deep, status=deep, contacts=deep, received_at=deep, steps=deep, la=deep)

        assert problem(answer) == (400, "invalid")
        assert said(answer) == {
            "/procedure": "Sai kiểu giá trị ở trường này.",
            "/status": "Giá trị không có trong danh mục.",
            "/contacts": "Sai kiểu giá trị ở trường này.",
            "/received_at": "Thời điểm phải theo RFC 3339, kèm múi giờ không quá ±15:59, "
            "ví dụ 2024-03-04T08:15:00+07:00.",
            "/steps": "Phải là một danh sách, dạng […].",
            "/la": "Trường này không có trong đặc tả.",
        }
        assert grown(before) == JOURNAL

    def test_objects_two_levels_deep_in_a_complaint_are_told_by_their_field(self, api: ContractClient) -> None:
        before = rows_in_all_tables()
        deep = {"a": {"b": 1}}
        odd = {"subjects": [{"official": deep}], "categories": [deep], "statement": deep, "identity": {"mode": deep}}

        answer = api.once("/complaints", A_COMPLAINT | odd)

        assert problem(answer) == (400, "invalid")
        text = "Giá trị phải là chuỗi ký tự hợp lệ."
        assert said(answer) == {
            "/subjects/0/official": text,
            "/categories/0": text,
            "/statement": text,
            "/identity/mode": "Giá trị không có trong danh sách cho phép.",
        }
        assert grown(before) == {}


class TestRatings:
    def test_a_six_on_a_five_level_form_is_told_by_its_criterion(self, api: ContractClient) -> None:
        _, secret = a_right(form="MIC_5")
        form = api.get("/rating-forms/MIC_5").json()
        answers = {one["code"]: one["scale"][-1]["value"] for one in form["criteria"]}
        asked = next(one["code"] for one in form["criteria"] if len(one["scale"]) == 5)
        before = rows_in_all_tables()

        answer = api.once("/ratings", a_submission(secret, form="MIC_5", answers=answers | {asked: 6}))

        assert problem(answer) == (400, "invalid")
        assert said(answer) == {f"/answers/{asked}": "Giá trị nằm ngoài thang của tiêu chí."}
        assert grown(before) == {}
        mended = api.once("/ratings", a_submission(secret, form="MIC_5", answers=answers))
        assert mended.status_code == 201

    def test_what_is_wrong_with_answers_is_told_by_criterion_in_vietnamese(self, api: ContractClient) -> None:
        _, secret = a_right(form="FIVE_FACTORS")
        criteria = [one["code"] for one in api.get("/rating-forms/FIVE_FACTORS").json()["criteria"]]
        answers = dict.fromkeys(criteria[1:], 4) | {criteria[1]: 0, "khong-co": 3}
        before = rows_in_all_tables()

        answer = api.once("/ratings", a_submission(secret, form="FIVE_FACTORS", answers=answers))

        assert problem(answer) == (400, "invalid")
        assert said(answer) == {
            f"/answers/{criteria[0]}": "Tiêu chí này phải được trả lời.",
            f"/answers/{criteria[1]}": "Giá trị nằm ngoài thang của tiêu chí.",
            "/answers/khong-co": "Mẫu này không có tiêu chí đó.",
        }
        assert grown(before) == {}

    @pytest.mark.parametrize("kind", ["unknown", "used", "revoked", "replaced", "expired", "another form"])
    def test_a_right_that_is_not_good_is_told_the_same_whatever_is_wrong(self, api: ContractClient, kind: str) -> None:
        secret = a_bad_right(kind, api)
        before = rows_in_all_tables()

        answer = api.once("/ratings", a_submission(secret))

        assert problem(answer) == (410, "right-not-usable")
        assert answer.json()["title"] == "Quyền đánh giá không dùng được"
        assert answer.json()["detail"] == (
            "Mã không đúng, đã dùng, đã hết hạn, đã bị thay hoặc thuộc mẫu khác. Xin mã mới ở nơi tiếp nhận hồ sơ."
        )
        assert grown(before) == {}

    @pytest.mark.parametrize("clock", ["2031-01-01T08:00:00+07:00", "1999-12-31T23:59:59+07:00"])
    def test_a_phone_whose_clock_is_wrong_is_believed_beside_ours(self, api: ContractClient, clock: str) -> None:
        _, secret = a_right()
        before = now()

        answer = api.once("/ratings", a_submission(secret, rated_at=clock))

        assert answer.status_code == 201
        link = RatingLink.objects.get()
        assert link.rated_at == dt.datetime.fromisoformat(clock)
        assert before <= link.received_at <= now()
        assert Rating.objects.get().week_date == week_of(localdate())

    def test_a_clock_that_is_no_clock_is_told_by_its_field(self, api: ContractClient) -> None:
        _, secret = a_right()

        answer = api.once("/ratings", a_submission(secret, rated_at="20310101"))

        assert said(answer) == {
            "/rated_at": "Thời điểm phải theo RFC 3339, kèm múi giờ không quá ±15:59, ví dụ 2024-03-04T08:15:00+07:00."
        }

    @pytest.mark.parametrize("length", [2001, 100_000])
    def test_a_comment_too_long_is_told_how_long_it_may_be(self, api: ContractClient, length: int) -> None:
        _, secret = a_right()
        before = rows_in_all_tables()

        answer = api.once("/ratings", a_submission(secret, comment="ắ" * length))

        assert problem(answer) == (400, "invalid")
        assert said(answer) == {"/comment": "Trường này không được dài quá 2000 ký tự."}
        assert grown(before) == {}

    @pytest.mark.parametrize(
        "comment",
        [
            "Tốt 👍🏽 👨‍👩‍👧 🇻🇳",
            "\u202egnoc nac\u202c bình thường",
            "để ngỏ \u202e\u2066đảo",
            "=HYPERLINK(1)",
            "<script>alert(1)</script>&amp;",
            "dòng\nhai",
        ],
        ids=range(6),
    )
    def test_a_comment_is_kept_as_written_and_turns_nothing_around_beside_it(
        self, api: ContractClient, comment: str
    ) -> None:
        _, secret = a_right()
        assert api.once("/ratings", a_submission(secret, comment=comment)).status_code == 201

        inspector = api.signed_in("ratings:manage")
        (row,) = inspector.get("/ratings").json()["results"]
        answer = inspector.get(f"/ratings/{row['id']}")

        assert Rating.objects.get().comment == comment
        assert row["comment"] == answer.json()["comment"] == closed(comment)
        assert row["comment"].startswith(comment)
        assert answer["Content-Type"] == "application/json"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert set(row["comment"].removeprefix(comment)) <= set("\u202c\u2069")


def a_bad_right(kind: str, api: ContractClient) -> str:
    """Return a secret of that kind."""
    if kind == "unknown":
        return "0" * 26
    if kind == "expired":
        return a_right(at=now() - dt.timedelta(days=100))[1]
    if kind == "another form":
        return a_right(form="FIVE_FACTORS")[1]
    transaction = a_dossier()
    right, secret = a_right(transaction)
    if kind == "used":
        assert api.once("/ratings", a_submission(secret)).status_code == 201
    elif kind == "revoked":
        revoke_right(right_id=right.pk, among=Transaction.objects.all(), now=now())
    else:
        a_right(transaction)
    return secret


class TestComplaints:
    def test_a_receipt_that_never_existed_is_told_to_look_at_the_receipt_again(self, api: ContractClient) -> None:
        before = rows_in_all_tables()

        question = {"receipt_number": "1234567890123452", "receipt_secret": "0" * 26}
        answer = api.post("/complaint-receipts", question)

        assert problem(answer) == (404, "receipt-unknown")
        assert answer.json()["title"] == "Không có biên nhận này"
        assert answer.json()["detail"] == (
            "Số biên nhận hoặc mã bí mật không đúng. Xem lại từng ký tự trên biên nhận rồi nhập lại cả hai."
        )
        assert grown(before) == {}

    def test_a_statement_of_a_hundred_thousand_letters_is_told_how_long_it_may_be(self, api: ContractClient) -> None:
        before = rows_in_all_tables()

        answer = api.once("/complaints", A_COMPLAINT | {"statement": "ắ" * 100_000})

        assert problem(answer) == (400, "invalid")
        assert said(answer) == {"/statement": "Trường này không được dài quá 20000 ký tự."}
        assert grown(before) == {}


class TestCursors:
    @pytest.mark.parametrize("other", ["/procedures", "/units?kind=commune", "/transactions", "/journal"])
    def test_a_cursor_from_another_list_is_told_to_begin_again(self, machine: ContractClient, other: str) -> None:
        cursor = machine.get("/units?page_size=1").json()["next_cursor"]
        before = rows_in_all_tables()

        answer = machine.get(f"{other}{'&' if '?' in other else '?'}cursor={cursor}")

        assert problem(answer) == (400, "invalid")
        assert faults(answer) == {("cursor", "foreign_cursor")}
        assert said(answer) == {
            "cursor": "Con trỏ trang không thuộc danh sách này hoặc bộ lọc này; hãy bắt đầu lại từ trang đầu."
        }
        assert grown(before) == {}


def test_the_count_of_all_rows_notices_a_single_new_row() -> None:
    """The control: what the tests above compare does change when something is written."""
    before = rows_in_all_tables()

    a_right()

    assert grown(before)["feedback_ratingright"] == 1
    assert len(before) > 40
