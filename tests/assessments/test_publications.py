"""What is published never changes, and whoever changes it behind our back is found out."""

import subprocess
import sys
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, connections
from django.db.transaction import atomic

from feedback.assessments.queries import is_unaltered
from feedback.assessments.rules.canonical import canonical
from feedback.models import Assessment, AssessmentRecord, AssessmentRun, Publication
from tests.assessments.test_runs import MANAGER, publish, run
from tests.builders.figures import an_official, complained, rated, served, the_department
from tests.contract_client import ContractClient, faults, problem

RECOMPUTE = """
import hashlib, json, sys
document = json.load(sys.stdin.buffer)["document"]
written = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
print(hashlib.sha256(written.encode("utf-8")).hexdigest())
"""
"""What a consumer runs for himself: a program of its own that knows nothing of the service."""


def published(api: ContractClient, **decision: Any) -> dict[str, Any]:
    return publish(api, run(api), **decision)


def test_the_digest_is_that_of_the_document_in_canonical_form(api: ContractClient) -> None:
    served("early", official=an_official())
    summary = published(api)

    answer = api.machine("assessments:read").get(f"/publications/{summary['id']}")
    program = subprocess.run(
        [sys.executable, "-I", "-c", RECOMPUTE], input=answer.content, capture_output=True, check=True
    )

    told = answer.json()
    assert program.stdout.decode().strip() == told["digest"] == summary["digest"]
    totals = {row["kind"]: row["total"] for row in told["document"]["assessments"]}
    assert totals == {"official": "8.0", "unit": "10.0"}  # no agencies told; I8 gives 2, I9 nothing


def test_later_ratings_complaints_and_transactions_change_no_published_digest(api: ContractClient) -> None:
    official = an_official()
    transaction = served("early", official=official)
    summary = published(api)

    served("late", official=official)
    rated(transaction, 1)
    complained(transaction, official, "upheld")

    told = api.machine("assessments:read").get(f"/publications/{summary['id']}").json()
    verified = api.machine("assessments:read").get(f"/publications/{summary['id']}/verification").json()
    assert (told["digest"], verified) == (summary["digest"], {"unaltered": True})


def test_a_later_fact_is_told_by_a_new_version_and_the_first_stays(api: ContractClient) -> None:
    official = an_official()
    served("early", official=official)
    first = published(api)
    served("late", official=official)

    again = run(api, reason="Bổ sung giao dịch đến muộn")
    second = api.signed_in(*MANAGER).once(f"/assessment-runs/{again['id']}/publication", {}).json()

    listed = api.machine("assessments:read").get("/publications").json()["results"]
    assert [(row["version"], row["digest"]) for row in listed] == [(2, second["digest"]), (1, first["digest"])]
    assert first["digest"] != second["digest"]


def test_a_run_with_pending_complaints_is_published_only_with_a_reason(api: ContractClient) -> None:
    official = an_official()
    complained(served("early", official=official), official)
    done = run(api)
    manager, path = api.signed_in(*MANAGER), f"/assessment-runs/{done['id']}/publication"

    refused = manager.once(path, {})
    without_reason = manager.once(path, {"accept_provisional": True})
    accepted = manager.once(path, {"accept_provisional": True, "reason": "Hạn báo cáo ngày 15/12"})

    assert problem(refused) == (409, "run-is-provisional")
    assert faults(without_reason) == {("/reason", "required")}
    assert accepted.status_code == 201
    document = api.machine("assessments:read").get(f"/publications/{accepted.json()['id']}").json()["document"]
    assert document["accepted_because"] == "Hạn báo cáo ngày 15/12"


def test_a_run_is_published_once(api: ContractClient) -> None:
    served("early")
    done = run(api)
    manager, path = api.signed_in(*MANAGER), f"/assessment-runs/{done['id']}/publication"

    first, second = manager.once(path, {}), manager.once(path, {})

    assert (first.status_code, problem(second)) == (201, (409, "already-published"))


def test_publishing_needs_its_own_scope(api: ContractClient) -> None:
    done = run(api)

    answer = api.signed_in("assessments:manage").once(f"/assessment-runs/{done['id']}/publication", {})

    assert problem(answer) == (403, "forbidden")


def test_a_bounded_consumer_sees_no_publication_of_the_whole_province(api: ContractClient) -> None:
    summary = published(api)
    bounded = api.machine("assessments:read", boundary=the_department())

    assert bounded.get("/publications").json()["results"] == []
    assert problem(bounded.get(f"/publications/{summary['id']}")) == (404, "not-found")


class TestFrozen:
    """The database refuses, whoever writes."""

    @pytest.mark.parametrize("model", [Assessment, AssessmentRecord, Publication])
    def test_the_service_itself_may_not_change_what_a_run_found(self, api: ContractClient, model: Any) -> None:
        served("early", official=an_official())
        published(api)

        for statement in ("DELETE FROM {}", "UPDATE {} SET id = id", "TRUNCATE {}"):
            with pytest.raises(ProgrammingError, match="permission denied"), atomic(), connection.cursor() as cursor:
                cursor.execute(statement.format(model._meta.db_table))

    def test_a_published_run_is_not_opened_again(self, api: ContractClient) -> None:
        published(api)

        with pytest.raises(IntegrityError, match="never changes"), atomic():
            AssessmentRun.objects.update(state="finished")

    def test_nothing_is_added_to_a_published_run(self, api: ContractClient) -> None:
        published(api)
        done = AssessmentRun.objects.get()

        with pytest.raises(IntegrityError, match="never changes"), atomic():
            Assessment.objects.create(
                run=done, kind="unit", unit=the_department(), indicators={}, total=1, classed_as="weak", partial=True,
                provisional=False, transactions=0,
            )  # fmt: skip

    def test_the_owner_is_refused_too_and_without_the_trigger_the_digest_tells(
        self, api: ContractClient, own_database: str
    ) -> None:
        served("early", official=an_official())
        summary = published(api)
        publication = Publication.objects.get(pk=summary["id"])
        tamper = "UPDATE feedback_assessment SET total = total + 1"

        with connections["owner"].cursor() as owner:
            with pytest.raises(IntegrityError, match="never changes"):
                owner.execute(tamper)
            assert is_unaltered(publication=publication)
            owner.execute("ALTER TABLE feedback_assessment DISABLE TRIGGER a_published_assessment_is_frozen")
            owner.execute(tamper)

        assert not is_unaltered(publication=publication)

    def test_a_record_changed_behind_our_back_is_found_out(self, api: ContractClient, own_database: str) -> None:
        served("early", official=an_official())
        publication = Publication.objects.get(pk=published(api)["id"])

        with connections["owner"].cursor() as owner:
            owner.execute("ALTER TABLE feedback_assessmentrecord DISABLE TRIGGER a_published_record_is_frozen")
            owner.execute("UPDATE feedback_assessmentrecord SET transactions = '{}'")

        assert not is_unaltered(publication=publication)


class TestCanonicalForm:
    """RFC 8785, without its floats."""

    def test_the_order_of_names_changes_nothing(self) -> None:
        assert (
            canonical({"b": [1, "ư"], "a": None}) == '{"a":null,"b":[1,"ư"]}' == canonical({"a": None, "b": [1, "ư"]})
        )

    def test_a_float_is_refused(self) -> None:
        with pytest.raises(TypeError):
            canonical({"total": 5.9})


def test_the_connection_is_not_the_owner() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("phucvu_app",)
