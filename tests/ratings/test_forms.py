import datetime as dt
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.db.transaction import atomic

from api.management.commands.load_reference_data import document_of
from feedback.models import RatingForm, RatingFormVersion
from feedback.ratings.services import load_forms, publish_form
from tests.builders.ratings import a_unit
from tests.contract_client import ContractClient, faults, problem

LATER = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)


def a_content(**changes: Any) -> dict[str, Any]:
    """Return the content of a small form."""
    question = {"label_vi": "Câu hỏi", "label_en": "Question", "is_required": True, "is_conduct": False}
    content = {
        "title_vi": "Phiếu", "title_en": "Slip", "source": "thử", "scale": levels(1, 2, 3),
        "criteria": [{"code": "one", **question}, {"code": "two", **question}],
        "overall": {"method": "mean", "criteria": ["one", "two"]}, "dissatisfied_values": [1],
    }  # fmt: skip
    return {**content, **changes}


def levels(*values: int) -> list[dict[str, Any]]:
    """Return a scale of these values."""
    return [{"value": value, "label_vi": "mức", "label_en": "level"} for value in values]


def test_the_forms_with_a_known_scale_are_in_use_and_no_others(api: ContractClient) -> None:
    answer = api.get("/rating-forms")

    assert [form["code"] for form in answer.json()["results"]] == [
        "FIVE_FACTORS", "MIC_5", "THANH_HOA_3", "TT01_2018_9", "TWELVE_CRITERIA",
    ]  # fmt: skip


@pytest.mark.parametrize("code", ["FIVE_FACTORS", "MIC_5", "THANH_HOA_3", "TT01_2018_9", "TWELVE_CRITERIA"])
def test_a_screen_finds_every_word_of_a_form_in_two_languages(api: ContractClient, code: str) -> None:
    form = api.get(f"/rating-forms/{code}").json()

    labelled = [*form["criteria"], *form["scale"], *(level for row in form["criteria"] for level in row["scale"])]
    assert all(row["label_vi"] and row["label_en"] for row in labelled)
    assert form["title_vi"]
    assert form["title_en"]
    assert all(len(row["scale"]) >= 2 for row in form["criteria"])


@pytest.mark.parametrize(
    ("code", "criteria", "scale"),
    [
        ("THANH_HOA_3", 1, [1, 2, 3]),
        ("FIVE_FACTORS", 20, [1, 2, 3, 4, 5]),
        ("TWELVE_CRITERIA", 12, [1, 2, 3, 4, 5]),
        ("TT01_2018_9", 9, [0, 1, 2]),
    ],
)
def test_scales_of_three_five_and_nought_to_two_live_side_by_side(
    api: ContractClient, code: str, criteria: int, scale: list[int]
) -> None:
    form = api.get(f"/rating-forms/{code}").json()

    assert len(form["criteria"]) == criteria
    assert sorted(level["value"] for level in form["scale"]) == scale


def test_a_form_may_be_worded_in_further_languages_and_a_screen_is_told_which(api: ContractClient) -> None:
    scale = [{**level, "labels": {"bdq": f"bdq {level['value']}"}} for level in a_content()["scale"]]
    question = {**a_content()["criteria"][0], "labels": {"sed": "sed ?"}}
    grouped = {**a_content()["criteria"][1], "group_vi": "Nhóm", "group_en": "Group", "group_labels": {"sed": "sed g"}}
    worded = a_content(scale=scale, criteria=[question, grouped], title_labels={"bdq": "bdq phiếu"})
    publish_form(code="NHIEU_TIENG", content=worded, now=LATER, by="bo-phan-mot-cua")

    form = api.get("/rating-forms/NHIEU_TIENG").json()

    assert form["languages"] == ["bdq", "sed"]
    assert form["title_labels"] == {"bdq": "bdq phiếu"}
    assert [criterion["group_labels"] for criterion in form["criteria"]] == [{}, {"sed": "sed g"}]
    assert [criterion["labels"] for criterion in form["criteria"]] == [{"sed": "sed ?"}, {}]
    assert form["scale"][0]["labels"] == {"bdq": "bdq 1"}
    assert api.get("/rating-forms/THANH_HOA_3").json()["languages"] == []


def test_no_form_bears_the_name_of_the_ministrys_survey(api: ContractClient) -> None:
    assert "SIPAS" not in api.get("/rating-forms").content.decode()


def test_loading_the_same_content_again_changes_nothing() -> None:
    first = publish_form(code="X", content=a_content(), now=LATER, by="bo-phan-mot-cua")

    again = publish_form(code="X", content=a_content(), now=LATER + dt.timedelta(days=1), by="bo-phan-mot-cua")

    assert again == first


def test_loading_reference_data_takes_no_version_of_a_province_back(api: ContractClient) -> None:
    drawn = api.get("/rating-forms/THANH_HOA_3")
    own = a_content(title_vi="Phiếu của tỉnh")
    put = _publisher(api).put("/rating-forms/THANH_HOA_3", own, headers={"If-Match": drawn["ETag"]})

    call_command("load_reference_data")

    assert put.status_code == 200, put.content
    form = api.get("/rating-forms/THANH_HOA_3").json()
    assert (form["version"], form["title_vi"]) == (2, "Phiếu của tỉnh")


def test_loading_reference_data_brings_what_it_changed_itself(api: ContractClient) -> None:
    rows = [row for row in document_of("rating_forms.json")["forms"] if row["code"] == "THANH_HOA_3"]

    changed = load_forms(rows=[row | {"title_vi": "Phiếu mới"} for row in rows], now=LATER)

    assert (changed, api.get("/rating-forms/THANH_HOA_3").json()["title_vi"]) == (1, "Phiếu mới")


def test_new_content_is_a_new_version_and_the_old_one_can_still_be_drawn(api: ContractClient) -> None:
    publish_form(code="X", content=a_content(title_vi="Cũ"), now=LATER, by="bo-phan-mot-cua")
    publish_form(code="X", content=a_content(title_vi="Mới"), now=LATER, by="bo-phan-mot-cua")

    newest, first = api.get("/rating-forms/X"), api.get("/rating-forms/X?version=1")

    assert (newest.json()["title_vi"], first.json()["title_vi"]) == ("Mới", "Cũ")


def test_a_form_or_version_that_does_not_exist_is_told_as_such(api: ContractClient) -> None:
    answers = [api.get("/rating-forms/NONE"), api.get("/rating-forms/MIC_5?version=9")]

    assert {problem(answer) for answer in answers} == {(404, "rating-form-unknown")}
    assert faults(api.get("/rating-forms/MIC_5?version=x")) == {("version", "out_of_range")}


def test_a_published_version_never_changes() -> None:
    version = publish_form(code="X", content=a_content(), now=LATER, by="bo-phan-mot-cua")
    rows = RatingFormVersion.objects.filter(pk=version.pk)

    for change in (lambda: rows.update(content={}), lambda: rows.update(published_at=None), rows.delete):
        with pytest.raises(IntegrityError), atomic():
            change()


@pytest.mark.parametrize(
    "changes",
    [
        {"overall": {"method": "mean", "criteria": ["three"]}},
        {"overall": {"method": "criterion", "criteria": ["one", "two"]}},
        {"dissatisfied_values": [0]},
        {"dissatisfied_values": [1, 2, 3]},
        {"dissatisfied_values": [3]},
        {"dissatisfied_values": ["1"]},
        {"scale": levels(1, 2, 3, 4, 5), "dissatisfied_values": [1, 5]},
        {"overall": {"method": "mean", "criteria": ["one", "one", "two"]}},
        {"criteria": a_content()["criteria"] * 2},
        {"scale": a_content()["scale"][::2]},
        {"scale": [{**level, "labels": {"vi": "mức"}} for level in a_content()["scale"]]},
        {"scale": [{**level, "labels": {"Ba Na": "mức"}} for level in a_content()["scale"]]},
        {"scale": [{**level, "labels": {"bdq": " "}} for level in a_content()["scale"]]},
        {"title_labels": {"en": "label"}},
        {"criteria": [{**row, "group_labels": {"sed": ""}} for row in a_content()["criteria"]]},
    ],
)
def test_content_that_contradicts_itself_is_not_published(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"criteri|scale|label|lowest"):
        publish_form(code="X", content=a_content(**changes), now=LATER, by="bo-phan-mot-cua")


def test_the_five_factors_have_their_criteria(api: ContractClient) -> None:
    criteria = api.get("/rating-forms/FIVE_FACTORS").json()["criteria"]

    groups: dict[str, int] = {}
    for criterion in criteria:
        groups[criterion["group_en"]] = groups.get(criterion["group_en"], 0) + 1
    assert list(groups.values()) == [4, 4, 5, 3, 4]


class TestAProvincesOwnForm:
    """`PUT /rating-forms/{code}`: what is published stays, what is new follows it."""

    def test_a_province_publishes_its_own_form_and_citizens_draw_it(self, api: ContractClient) -> None:
        made = _publisher(api).put("/rating-forms/TINH_MAU", a_content())

        assert (made.status_code, made.json()["version"], made["ETag"]) == (201, 1, '"1"')
        assert api.get("/rating-forms/TINH_MAU").json() == made.json()

    def test_it_may_be_worded_in_further_languages(self, api: ContractClient) -> None:
        content = a_content(title_labels={"sed": "Mẫu", "bdq": "Mẫu"})
        content["criteria"][0] |= {"group_vi": "Nhóm", "group_en": "Group", "group_labels": {"sed": "Mẫu"}}

        made = _publisher(api).put("/rating-forms/TINH_MAU", content).json()

        assert made["languages"] == ["bdq", "sed"]
        assert made["title_labels"] == {"sed": "Mẫu", "bdq": "Mẫu"}
        assert made["criteria"][0]["group_labels"] == {"sed": "Mẫu"}

    def test_new_words_need_the_version_they_follow_and_leave_it_as_it_was(self, api: ContractClient) -> None:
        publisher, anew = _publisher(api), a_content(title_vi="Mới")
        first = publisher.put("/rating-forms/TINH_MAU", a_content())

        again = publisher.put("/rating-forms/TINH_MAU", a_content())
        blind = publisher.put("/rating-forms/TINH_MAU", anew)
        second = publisher.put("/rating-forms/TINH_MAU", anew, headers={"If-Match": first["ETag"]})
        stale = publisher.put("/rating-forms/TINH_MAU", a_content(title_vi="Cũ"), headers={"If-Match": first["ETag"]})

        assert (again.status_code, again.json()["version"]) == (200, 1)
        assert [problem(answer)[0] for answer in (blind, stale)] == [428, 412]
        assert (second.status_code, second.json()["version"]) == (200, 2)
        assert api.get("/rating-forms/TINH_MAU?version=1").json()["title_vi"] == "Phiếu"

    @pytest.mark.parametrize(
        ("changes", "fault"),
        [
            ({"overall": {"method": "mean", "criteria": ["three"]}}, ("/overall/criteria", "unknown_criterion")),
            ({"overall": {"method": "criterion", "criteria": ["one", "two"]}}, ("/overall/criteria", "not_one")),
            ({"dissatisfied_values": [0]}, ("/dissatisfied_values", "off_scale")),
            ({"dissatisfied_values": [1, 2, 3]}, ("/dissatisfied_values", "off_scale")),
            ({"dissatisfied_values": [3]}, ("/dissatisfied_values", "not_lowest")),
            ({"dissatisfied_values": [2]}, ("/dissatisfied_values", "not_lowest")),
            (
                {"scale": levels(5, 4, 3, 2, 1), "dissatisfied_values": [1, 5]},
                ("/dissatisfied_values", "not_lowest"),
            ),
            ({"dissatisfied_values": ["1"]}, ("/dissatisfied_values/0", "invalid")),
            ({"scale": [*levels(1, 2), {**levels(3)[0], "value": "3"}]}, ("/scale/2/value", "invalid")),
            ({"overall": {"method": "mean", "criteria": ["one", "one", "two"]}}, ("/overall/criteria", "listed_twice")),
            ({"criteria": a_content()["criteria"] * 2}, ("/criteria", "listed_twice")),
            ({"scale": a_content()["scale"][::2]}, ("/scale", "gaps")),
            ({"scale": a_content()["scale"] * 2}, ("/scale", "listed_twice")),
            ({"title_vi": "Phiếu SIPAS"}, ("/title_vi", "reserved_name")),
            (
                {"scale": [{**level, "labels": {"vi": "mức"}} for level in a_content()["scale"]]},
                ("", "no_further_language"),
            ),
            ({"title_labels": {"en": "Form"}}, ("", "no_further_language")),
            ({"title_labels": {"sed": " "}}, ("/title_labels/sed", "blank")),
            ({"colour": "red"}, ("/colour", "unknown_field")),
        ],
    )
    def test_a_form_that_contradicts_itself_is_told_where(
        self, api: ContractClient, changes: dict[str, Any], fault: tuple[str, str]
    ) -> None:
        answer = _publisher(api).put("/rating-forms/TINH_MAU", a_content(**changes))

        assert problem(answer)[0] == 400
        assert fault in faults(answer)
        assert problem(api.get("/rating-forms/TINH_MAU")) == (404, "rating-form-unknown")

    def test_the_lowest_levels_in_whatever_order_say_that_one_is_dissatisfied(self, api: ContractClient) -> None:
        content = a_content(scale=levels(4, 3, 2, 1, 0), dissatisfied_values=[1, 0])

        made = _publisher(api).put("/rating-forms/TINH_MAU", content)

        assert (made.status_code, made.json()["dissatisfied_values"]) == (201, [0, 1])

    def test_one_that_was_published_before_is_read_as_it_was_and_followed_by_a_right_one(
        self, api: ContractClient
    ) -> None:
        old, form = a_content(dissatisfied_values=[3]), RatingForm.objects.create(code="TINH_MAU")
        RatingFormVersion.objects.create(form=form, number=1, content=old, published_at=LATER)

        read, again = api.get("/rating-forms/TINH_MAU"), _publisher(api).put("/rating-forms/TINH_MAU", old)
        new = _publisher(api).put("/rating-forms/TINH_MAU", a_content(), headers={"If-Match": read["ETag"]})

        assert (read.status_code, read.json()["dissatisfied_values"]) == (200, [3])
        assert (again.status_code, again.json()["version"]) == (200, 1)
        assert (new.status_code, new.json()["dissatisfied_values"]) == (200, [1])

    @pytest.mark.parametrize("code", ["SIPAS_2026", "x", "tinh-mau"])
    def test_a_code_is_plain_and_not_the_ministrys(self, api: ContractClient, code: str) -> None:
        assert faults(_publisher(api).put(f"/rating-forms/{code}", a_content())) == {("code", "bad_code")}

    def test_who_publishes_has_the_scope_and_the_whole_province(self, api: ContractClient) -> None:
        bounded = api.signed_in("ratings:manage", boundary=a_unit())

        assert problem(api.put("/rating-forms/TINH_MAU", a_content())) == (401, "unauthenticated")
        assert problem(api.signed_in("ratings:read").put("/rating-forms/TINH_MAU", a_content())) == (403, "forbidden")
        assert problem(bounded.put("/rating-forms/TINH_MAU", a_content())) == (403, "forbidden")


def _publisher(api: ContractClient) -> ContractClient:
    return api.signed_in("ratings:manage")
