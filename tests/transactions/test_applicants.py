"""An applicant's number goes in and never comes out; the person stays one person whatever becomes of the keys.

Source: docs/decisions/0008-applicants.md.
"""

import base64
import itertools
import secrets
import threading
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from pytest_django import Settings

from procedures import secrecy
from procedures.transactions.models import ApplicantNumber, Message, Transaction
from procedures.transactions.rules.applicants import Contact, Person, applicant_number, contact_told
from procedures.transactions.services import IncomingMessage, applicants, rekey
from tests.builders.transactions import a_dossier_code, a_snapshot, tell

OLD, NEW, NEWER = ({f"key-{n}": secrets.token_bytes(32)} for n in range(3))
_people = itertools.count(1)


def a_person() -> Person:
    """Return a person nobody told of before (prefix 999 does not exist)."""
    return Person("citizen", f"999{next(_people):09d}")


def reference_of(person: Person) -> str:
    """Tell of a new dossier of this person and return the reference it is given."""
    code = a_dossier_code()
    (result,) = tell(IncomingMessage(code.encode(), (a_snapshot(dossier_code=code),), applicant=person))
    assert not result.is_rejected
    return Transaction.objects.get(dossier_code=code).applicant_ref


@pytest.fixture
def keys(settings: Settings) -> Any:
    """Return a function that puts keys into use, the newest first, and retires others."""

    def use(*rings: dict[str, bytes], retired: tuple[str, ...] = ()) -> None:
        settings.SECRECY_KEYS = {name: key for ring in rings for name, key in ring.items()}
        settings.PSEUDONYM_KEYS_RETIRED = list(retired)

    use(OLD)
    return use


def stages(keys: Any) -> Any:
    """Turn the keys over, step by step, as docs/operations.md says."""
    yield "before"
    keys(NEW, OLD)
    yield "a new key in front"
    rekey()
    yield "known under both"
    keys(NEW, OLD, retired=("key-0",))
    yield "the old one retired"
    rekey()
    yield "the old one destroyed"
    keys(NEW)
    yield "the old one dropped"


def test_a_person_is_one_person_through_a_whole_rotation_and_two_are_never_one(keys: Any) -> None:
    people = [a_person() for _ in range(5)]
    late = [a_person() for _ in range(6)]
    seen: dict[Person, set[str]] = {}

    for number, _stage in enumerate(stages(keys)):
        for person in (*people, *late[: number + 1]):
            seen.setdefault(person, set()).add(reference_of(person))

    assert {len(refs) for refs in seen.values()} == {1}
    assert len(set.union(*seen.values())) == len(seen) == 11
    assert set(ApplicantNumber.objects.values_list("key_id", flat=True)) == {"key-1"}


def test_without_turning_the_digests_over_a_person_becomes_two(keys: Any) -> None:
    """The control: the old key dropped before the command has run."""
    person = a_person()
    before = reference_of(person)

    keys(NEW)

    assert reference_of(person) != before


@how(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(told=st.lists(st.sampled_from(range(4)), min_size=1, max_size=12), at=st.lists(st.integers(0, 5), min_size=12))
def test_whenever_people_are_told_of_references_and_people_are_one_to_one(
    settings: Settings, told: list[int], at: list[int]
) -> None:
    people, refs = [a_person() for _ in range(4)], set()

    def use(*rings: dict[str, bytes], retired: tuple[str, ...] = ()) -> None:
        settings.SECRECY_KEYS = {name: key for ring in rings for name, key in ring.items()}
        settings.PSEUDONYM_KEYS_RETIRED = list(retired)

    use(OLD)
    ApplicantNumber.objects.all().delete()
    for number, _stage in enumerate(stages(use)):
        refs |= {(who, reference_of(people[who])) for who, when in zip(told, at, strict=False) if when == number}

    assert len({ref for _, ref in refs}) == len({who for who, _ in refs}) == len(refs)


def test_an_old_number_can_no_longer_be_tested_with_the_old_key_once_it_is_destroyed(keys: Any) -> None:
    person = a_person()
    reference_of(person)
    with_old = secrecy.person_digests(person.kind, person.number)["key-0"]
    for _stage in stages(keys):
        pass

    assert not ApplicantNumber.objects.filter(digest=with_old).exists()
    assert set(secrecy.person_digests(person.kind, person.number)) == {"key-1"}


def test_the_command_begun_again_after_an_interruption_does_what_is_left(
    keys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [a_person() for _ in range(5)]
    before = [reference_of(person) for person in people]
    keys(NEW, OLD)
    monkeypatch.setattr(applicants, "BATCH", 2)

    class Killed(Exception):
        pass

    def kill(_what: str, done: int) -> None:
        if done >= 2:
            raise Killed

    with pytest.raises(Killed):
        rekey(progress=kill)
    half = ApplicantNumber.objects.filter(key_id="key-1").count()
    done = rekey()

    assert (half, done.written, rekey().written) == (2, 3, 0)
    keys(NEW)
    assert [reference_of(person) for person in people] == before


def test_a_key_dropped_too_early_is_told_and_nobody_is_lost(keys: Any) -> None:
    person = a_person()
    before = reference_of(person)
    keys(NEW)

    with pytest.raises(CommandError, match="a key that SECRECY_KEYS lacks"):
        call_command("rekey_applicants")
    keys(NEW, OLD)
    call_command("rekey_applicants")
    keys(NEW)

    assert reference_of(person) == before


def test_a_person_told_of_anew_because_his_key_was_retired_too_early_is_reported(keys: Any) -> None:
    person = a_person()
    reference_of(person)
    keys(NEW, OLD, retired=("key-0",))
    reference_of(person)

    with pytest.raises(CommandError, match="1 numbers"):
        call_command("rekey_applicants")

    assert ApplicantNumber.objects.count() == 2


def test_workers_with_the_old_and_the_new_list_of_keys_know_the_same_person(keys: Any) -> None:
    """While workers restart one after another, whoever comes second takes over the reference of the first."""
    old_first, new_first = a_person(), a_person()

    refs = [reference_of(old_first)]
    keys(NEW, OLD)
    refs += [reference_of(old_first), reference_of(new_first)]
    keys(OLD)
    refs += [reference_of(old_first), reference_of(new_first)]
    keys(NEWER, NEW, OLD)
    refs += [reference_of(old_first), reference_of(new_first)]

    assert refs == [refs[0], refs[0], refs[2], refs[0], refs[2], refs[0], refs[2]]


@pytest.mark.slow
def test_eight_writers_of_the_same_new_people_give_each_one_reference(own_database: str) -> None:
    people = [a_person() for _ in range(30)]
    gate = threading.Barrier(8)
    failures: list[Exception] = []
    refs: list[tuple[Person, str]] = []

    def write(turn: int) -> None:
        try:
            gate.wait()
            refs.extend((person, reference_of(person)) for person in people[turn:] + people[:turn])
        except Exception as error:  # noqa: BLE001 - told to the main thread
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(turn,)) for turn in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)

    assert failures == []
    assert len(set(refs)) == len({ref for _, ref in refs}) == 30
    assert ApplicantNumber.objects.count() == 30


def test_the_number_of_statements_does_not_depend_on_the_number_of_people(keys: Any) -> None:
    def messages_about(size: int) -> list[IncomingMessage]:
        return [IncomingMessage(b"x", (a_snapshot(),), applicant=a_person()) for _ in range(size)]

    counts = []
    tell(*messages_about(1))  # plans statements and reads the organisation, once a connection and a process
    for size in (1, 40):
        messages = messages_about(size)
        with CaptureQueriesContext(connection) as queries:
            tell(*messages)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_the_number_stands_nowhere_in_the_database_and_a_stolen_reference_tells_nothing(keys: Any) -> None:
    person = a_person()
    ref = reference_of(person)

    row = ApplicantNumber.objects.get(ref=ref)
    assert person.number.encode() not in bytes(row.number_sealed) + bytes(row.digest)
    assert person.number not in str(Message.objects.values_list("content", "faults").get())
    with_key = base64.b32encode(secrecy.keyed_hash("pseudonym:citizen", person.number)).decode()
    assert ref.partition("_")[2] not in with_key


@pytest.mark.parametrize(
    ("phone", "email", "told"),
    [
        ("0912 345 678", "", Contact("+84912345678")),
        ("+84 (912) 345-678", "", Contact("+84912345678")),
        ("0084912345678", "Ai@Example.COM", Contact("+84912345678", "Ai@example.com")),
        ("0260 3862 345", "", Contact("+842603862345")),
        ("+44 20 7946 0958", "", Contact("+442079460958")),
        ("12345", "ai@example.com", Contact("", "ai@example.com")),
        ("0612345678", "không có", None),
        ("+84 123", "", None),
        ("", "", None),
    ],
)
def test_a_telephone_and_an_address_have_one_form(phone: str, email: str, told: Contact | None) -> None:
    assert contact_told(phone, email) == told


@how(max_examples=200, deadline=None)
@given(one=st.from_regex(r"\A([0-9]{9}|[0-9]{12})\Z"), other=st.from_regex(r"\A([0-9]{9}|[0-9]{12})\Z"))
def test_two_numbers_are_two_people(one: str, other: str) -> None:
    people = {applicant_number(None, [number]) for number in (one, other)} - {None}

    assert len(people) == len({one, other} & {person.number for person in people if person})
