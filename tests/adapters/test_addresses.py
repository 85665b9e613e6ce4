"""The addresses of the adapter: who may send, what bodies are taken, what is answered."""

import datetime as dt
import json
import secrets
from typing import Any

import pytest
from pytest_django import Settings

from api.access import tokens
from api.access.models import AccessToken, ApiClient, ClientSecret
from api.access.services.clients import OPERATOR, revoke_secret
from procedures.secrecy import unseal
from procedures.transactions.models import Message
from procedures.transactions.rules.sealing import sealed_for
from tests.adapters.histories import DOSSIERS, PROGRESS, histories, sent_with
from tests.adapters.test_privacy import rows_that_show
from tests.contract_client import ContractClient, problem

SIGN_IN = "/adapters/dvcqg/dang-nhap"


def a_row(**changes: Any) -> dict[str, Any]:
    """Return the row of a dossier just received."""
    row: dict[str, Any] = json.loads(histories()["H01"].letters[0].body)["data"][0]
    return {**row, **changes}


def an_envelope(*rows: Any, **changes: Any) -> dict[str, Any]:
    """Return rows in OpenCPS' envelope."""
    return {"session": "", "madonvi": "000.00.00.H34", "service": "DongBoHoSoMC", "data": list(rows), **changes}


def is_turned_away(answer: Any) -> bool:
    """Tell whether a sender was told, in his own shape, that his session is none."""
    told = answer.json()
    return (answer.status_code, told["error_code"], told["ket_qua"]) == (200, "-1", [])


def is_refused(answer: Any) -> bool:
    """Tell whether a sender was told, in his own shape, that nothing of his letter was read."""
    told = answer.json()
    is_told = (answer.status_code, told["error_code"], told["ket_qua"]) == (200, "01", [])
    return is_told and "thành công" not in told["message"].lower()


@pytest.fixture
def sender(api: ContractClient) -> ContractClient:
    return api.machine("transactions:write")


@pytest.fixture
def secret() -> str:
    """The live secret of the client `motcua-mau`."""
    moment, value = dt.datetime.now(dt.UTC), secrets.token_urlsafe(32)
    row = ApiClient.objects.create(
        client_id="motcua-mau", name="Phần mềm mẫu", scopes=["transactions:write"], source="motcua", created_at=moment
    )
    ClientSecret.objects.create(client=row, slot=1, digest=tokens.digest_of(value), prefix=value[:8], created_at=moment)
    return value


class TestSigningIn:
    def test_the_handshake_gives_a_session_that_the_envelope_carries(self, api: ContractClient, secret: str) -> None:
        opened = api.post(SIGN_IN, {"username": "motcua-mau", "password": secret}).json()

        answer = api.post(DOSSIERS, an_envelope(a_row(), session=opened["session"]))

        assert opened["error_code"] == 0
        assert answer.json()["error_code"] == "00"
        assert Message.objects.get().source == "motcua"

    def test_a_wrong_secret_gives_an_error_code_and_no_session(self, api: ContractClient, secret: str) -> None:
        answer = api.post(SIGN_IN, {"username": "motcua-mau", "password": secret + "x"})

        assert answer.status_code == 200
        assert answer.json() == {"error_code": "-1", "message": "Sai tên đăng nhập hoặc mật khẩu"}

    def test_a_secret_belongs_to_its_own_client(self, api: ContractClient, secret: str) -> None:
        answer = api.post(SIGN_IN, {"username": "another", "password": secret})

        assert answer.json()["error_code"] == "-1"

    def test_an_expired_secret_and_a_closed_client_open_no_session(self, api: ContractClient, secret: str) -> None:
        ClientSecret.objects.update(expires_at=dt.datetime.now(dt.UTC))
        expired = api.post(SIGN_IN, {"username": "motcua-mau", "password": secret}).json()
        ClientSecret.objects.update(expires_at=None)
        ApiClient.objects.update(is_active=False)
        closed = api.post(SIGN_IN, {"username": "motcua-mau", "password": secret}).json()

        assert (expired["error_code"], closed["error_code"]) == ("-1", "-1")

    @pytest.mark.parametrize("session", ["", "phien-mau-0001", "pv_unknown", 5, None])
    def test_a_session_that_nobody_opened_is_told_in_the_senders_shape(
        self, api: ContractClient, session: object
    ) -> None:
        answer = api.post(DOSSIERS, an_envelope(a_row(), session=session))

        assert is_turned_away(answer)
        assert not Message.objects.exists()

    def test_a_bare_list_without_a_header_is_a_problem(self, api: ContractClient) -> None:
        assert problem(api.post(DOSSIERS, [a_row()])) == (401, "unauthenticated")

    def test_another_scope_does_not_do(self, api: ContractClient) -> None:
        assert problem(api.machine("transactions:read").post(DOSSIERS, [a_row()])) == (403, "forbidden")

    def test_a_revoked_session_ends_at_once(self, api: ContractClient, secret: str) -> None:
        session = api.post(SIGN_IN, {"username": "motcua-mau", "password": secret}).json()["session"]
        ApiClient.objects.update(is_active=False)

        assert is_turned_away(api.post(DOSSIERS, an_envelope(a_row(), session=session)))

    def test_a_session_ends_with_the_secret_it_was_opened_by(self, api: ContractClient, secret: str) -> None:
        session = api.post(SIGN_IN, {"username": "motcua-mau", "password": secret}).json()["session"]
        before = api.post(DOSSIERS, an_envelope(a_row(), session=session)).json()["error_code"]
        revoke_secret(client_id="motcua-mau", slot=1, by=OPERATOR, now=dt.datetime.now(dt.UTC))

        after = api.post(DOSSIERS, an_envelope(a_row(), session=session))

        assert before == "00"
        assert is_turned_away(after)

    def test_a_session_ends_after_its_hour(self, api: ContractClient, secret: str) -> None:
        session = api.post(SIGN_IN, {"username": "motcua-mau", "password": secret}).json()["session"]
        AccessToken.objects.update(expires_at=dt.datetime.now(dt.UTC))

        assert is_turned_away(api.post(DOSSIERS, an_envelope(a_row(), session=session)))

    def test_guessing_secrets_is_slowed_down(self, api: ContractClient, secret: str, settings: Settings) -> None:
        settings.RATE_LIMITS = {**settings.RATE_LIMITS, "sign_in": 3}

        answers = [api.post(SIGN_IN, {"username": "motcua-mau", "password": f"guess {n}"}) for n in range(4)]

        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]

    def test_nothing_that_opens_a_session_stands_in_the_database(self, api: ContractClient, secret: str) -> None:
        session = api.post(SIGN_IN, {"username": "motcua-mau", "password": secret}).json()["session"]
        api.post(DOSSIERS, an_envelope(a_row(), session=session))

        assert set(rows_that_show({secret, session}).values()) == {0}

    def test_the_session_is_not_kept_with_the_message(self, api: ContractClient, secret: str) -> None:
        session = api.post(SIGN_IN, {"username": "motcua-mau", "password": secret}).json()["session"]

        api.post(DOSSIERS, an_envelope(a_row(), session=session))

        assert session not in str(Message.objects.values().get())


class TestShapes:
    @pytest.mark.parametrize(
        ("wrapped", "code", "text"),
        [
            (an_envelope(a_row()), "00", "Thành công"),
            ([a_row()], "0", "Đồng bộ thành công"),
            (a_row(), "0", "Thành công"),
            ([a_row(IDHoSo="17")], "0", "Thành công"),
        ],
        ids=["envelope", "list", "object", "newer portal"],
    )
    def test_success_is_told_as_each_sender_tests_it(
        self, sender: ContractClient, wrapped: Any, code: str, text: str
    ) -> None:
        answer = sender.post(DOSSIERS, wrapped).json()

        assert (answer["error_code"], answer["message"]) == (code, text)
        assert answer.get("code", 200) == 200

    def test_the_progress_of_a_list_is_told_with_the_words_its_sender_looks_for(self, sender: ContractClient) -> None:
        (answer,) = sent_with(histories()["H02"].letters[1:2], sender)

        assert "thành công" in answer.content.decode()

    def test_the_service_of_the_envelope_wins_over_the_address(self, sender: ContractClient) -> None:
        answer = sender.post(PROGRESS, an_envelope(a_row()))

        assert answer.json()["ket_qua"][0]["outcome"] == "created"

    def test_is_updating_is_not_believed(self, sender: ContractClient) -> None:
        created = sender.post(DOSSIERS, an_envelope(a_row(), isUpdating="True"))
        again = sender.post(DOSSIERS, an_envelope(a_row(), isUpdating="False"))

        assert [one.json()["ket_qua"][0]["outcome"] for one in (created, again)] == ["created", "unchanged"]

    def test_unknown_fields_of_a_sender_are_kept_and_not_refused(self, sender: ContractClient) -> None:
        answer = sender.post(DOSSIERS, an_envelope(a_row(TruongMoi={"a": [1]}), phienBan="3"))

        assert answer.json()["error_code"] == "00"

    def test_the_same_dossier_from_two_addresses_is_one_message(self, sender: ContractClient) -> None:
        sender.post(DOSSIERS, an_envelope(a_row()))
        sender.post(DOSSIERS, [a_row()])

        assert Message.objects.get().times_received == 2

    def test_texts_are_kept_in_normal_form_c(self, sender: ContractClient) -> None:
        decomposed = "UBND phu\u031bo\u031b\u0300ng Quyê\u0301t Thă\u0301ng"

        sender.post(DOSSIERS, [a_row(DonViXuLy=decomposed)])

        assert Message.objects.get().content["snapshots"][0]["settling_unit_name"] == "UBND phường Quyết Thắng"

    def test_a_byte_order_mark_is_forgiven(self, sender: ContractClient) -> None:
        body = b"\xef\xbb\xbf" + json.dumps([a_row()]).encode()

        assert sender.post(DOSSIERS, body, content_type="application/json").json()["error_code"] == "0"

    def test_a_dossier_can_be_looked_up(self, sender: ContractClient) -> None:
        question = {"session": "x", "madonvi": "000.00.00.H34", "service": "TraCuuHoSo", "mahoso": a_row()["MaHoSo"]}
        before = sender.post(DOSSIERS, question).json()
        sender.post(DOSSIERS, [a_row()])

        after = sender.post(DOSSIERS, question).json()

        assert (before["error_code"], before["result"]) == (0, [])
        assert (after["error_code"], after["result"]) == (0, [{"MaHoSo": a_row()["MaHoSo"]}])


class TestBodies:
    @pytest.mark.parametrize(
        "document",
        [
            {"data": "not a list"}, {"data": None}, {"data": {"MaHoSo": "1"}}, {"data": []}, [], {}, 5, "text", None,
            {"service": "LayThuTuc", "data": [1]}, {"service": ["DongBoHoSoMC"], "data": [1]},
            {"service": "TraCuuHoSo"}, {"service": "TraCuuHoSo", "mahoso": 5},
        ],
        ids=str,
    )  # fmt: skip
    def test_a_body_without_rows_is_refused_in_the_senders_shape(self, sender: ContractClient, document: Any) -> None:
        answer = sender.post(DOSSIERS, json.dumps(document), content_type="application/json")

        assert (answer.status_code, answer.json()["error_code"]) == (200, "01")
        assert "thành công" not in answer.content.decode().lower()

    @pytest.mark.parametrize("row", [None, 5, "text", [], [[]], {"MaHoSo": {"a": 1}}, {"MaHoSo": 1e400}, True], ids=str)
    @pytest.mark.parametrize("address", [DOSSIERS, PROGRESS])
    def test_a_row_of_the_wrong_type_is_refused_and_kept(self, sender: ContractClient, address: str, row: Any) -> None:
        body = json.dumps([row]).replace("Infinity", "1e400")

        answer = sender.post(address, body, content_type="application/json")

        assert (answer.status_code, answer.json()["error_code"]) == (200, "01")
        assert Message.objects.get().outcome == "rejected"

    @pytest.mark.parametrize("name", list(a_row()))
    @pytest.mark.parametrize("value", [[], {}, [1], {"a": 1}, True, 1.5, -1, "x" * 5000, "\u0001"], ids=str)
    def test_no_value_in_any_field_breaks_the_service(self, sender: ContractClient, name: str, value: Any) -> None:
        answer = sender.post(DOSSIERS, an_envelope(a_row(**{name: value})))

        assert answer.status_code == 200
        assert answer.json()["error_code"] in {"00", "01"}

    @pytest.mark.parametrize("text", ["a\u0000b", "\ud800"])
    def test_a_text_that_cannot_be_stored_costs_its_row_only(self, sender: ContractClient, text: str) -> None:
        answer = sender.post(DOSSIERS, json.dumps([a_row(TrichYeuHoSo=text), a_row()]), content_type="application/json")

        rows = answer.json()["ket_qua"]
        assert [row["outcome"] for row in rows] == ["rejected", "created"]
        assert [(fault["field"], fault["code"]) for fault in rows[0]["loi"]] == [("TrichYeuHoSo", "bad_text")]

    @pytest.mark.parametrize(
        "body", [b"{", b"", b"[NaN]", b"[Infinity]", b"\xff", b"[" * 100_000, b'["\x00"]', b"[01]", b"{'a':1}"]
    )
    def test_what_is_no_json_is_refused_in_the_senders_shape(self, sender: ContractClient, body: bytes) -> None:
        answer = sender.post(DOSSIERS, body, content_type="application/json")

        assert is_refused(answer)

    def test_a_body_of_ten_megabytes_is_refused_in_the_senders_shape(self, sender: ContractClient) -> None:
        body = b'["' + b"x" * (10 * 1024 * 1024) + b'"]'

        answer = sender.post(DOSSIERS, body, content_type="application/json")

        assert is_refused(answer)
        assert "8 MiB" in answer.json()["message"]

    @pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", "application/xml"])
    def test_another_media_type_is_refused_in_the_senders_shape(self, sender: ContractClient, kind: str) -> None:
        answer = sender.post(DOSSIERS, "a=1", content_type=kind)

        assert is_refused(answer)
        assert "application/json" in answer.json()["message"]

    def test_a_right_that_a_session_lacks_is_told_in_the_senders_shape(self, api: ContractClient, secret: str) -> None:
        session = api.post(SIGN_IN, {"username": "motcua-mau", "password": secret}).json()["session"]
        ApiClient.objects.update(scopes=["transactions:read"])

        answer = api.post(DOSSIERS, an_envelope(a_row(), session=session))

        assert is_turned_away(answer)
        assert "transactions:write" in answer.json()["message"]
        assert not Message.objects.exists()

    def test_a_parameter_of_the_query_that_nobody_knows_is_not_read(self, sender: ContractClient) -> None:
        answer = sender.post(f"{DOSSIERS}?isupdating=True&dstcode=1&dstcode=2", [a_row()])

        assert answer.json()["error_code"] == "0"

    def test_what_passes_by_itself_keeps_its_status_so_that_it_is_sent_again(
        self, sender: ContractClient, settings: Settings
    ) -> None:
        settings.RATE_LIMITS = {**settings.RATE_LIMITS, "client": 1}

        answers = [sender.post(DOSSIERS, [a_row()]) for _ in range(2)]

        assert problem(answers[1]) == (429, "too-many-requests")
        assert int(answers[1]["Retry-After"]) > 0

    @pytest.mark.parametrize("address", [DOSSIERS, PROGRESS])
    def test_a_status_without_an_instant_is_refused_with_what_to_send_instead(
        self, sender: ContractClient, address: str
    ) -> None:
        row = {"IdHoSo": "77", "MaHoSo": "000.00.00.H34-240304-0777", "TrangThai": 5, "NoiDungYKien": "Bo sung giay to"}

        answer = sender.post(address, row)

        (told,) = answer.json()["ket_qua"]
        assert (answer.json()["error_code"], answer.json()["code"], told["outcome"]) == ("01", 400, "rejected")
        assert [(fault["field"], fault["code"]) for fault in told["loi"]] == [
            ("ThoiDiemXuLy", "status_without_instant")
        ]
        assert "CapNhatTienTrinh" in told["loi"][0]["text"]


class TestJournal:
    """A sender finds whatever he sent in his journal, also what could not be read."""

    @pytest.mark.parametrize(
        ("body", "why"),
        [
            (b"[]", "no_rows"),
            (b"{}", "no_rows"),
            (b'{"data": 5}', "data_is_no_list"),
            (b'{"service": "LayThuTuc", "data": [1]}', "unknown_service"),
            (b'[{"MaHoSo": ', "malformed_json"),
        ],
    )
    def test_a_body_without_rows_is_kept_with_its_reason(self, sender: ContractClient, body: bytes, why: str) -> None:
        for _ in range(2):
            sender.post(DOSSIERS, body, content_type="application/json")

        (entry,) = sender.get("/journal").json()["results"]
        assert (entry["outcome"], entry["times_received"]) == ("rejected", 2)
        assert [fault["code"] for fault in entry["faults"]] == [why]
        replayed = sender.post(f"/journal/{entry['id']}/replay").json()
        assert (replayed["id"], replayed["faults"]) == (entry["id"], entry["faults"])

    def test_a_question_is_no_message(self, sender: ContractClient) -> None:
        sender.post(DOSSIERS, {"service": "TraCuuHoSo"})

        assert sender.get("/journal").json()["results"] == []

    def test_the_session_is_not_kept_with_a_body_without_rows(self, api: ContractClient, secret: str) -> None:
        session = api.post(SIGN_IN, {"username": "motcua-mau", "password": secret}).json()["session"]

        api.post(DOSSIERS, an_envelope(session=session))

        kept = Message.objects.get()
        raw = unseal(bytes(kept.raw_sealed), bound_to=sealed_for(kept.digest))
        assert b"madonvi" in raw
        assert session.encode() not in raw


class TestSuccessCodes:
    """`"00"` is what the first versions of OpenCPS compare with, and 0 where the later ones read a number."""

    def test_the_success_of_an_envelope_is_one_for_a_sender_who_compares_texts_and_for_one_who_reads_numbers(
        self, sender: ContractClient
    ) -> None:
        good, bad = sender.post(DOSSIERS, an_envelope(a_row())), sender.post(DOSSIERS, an_envelope())

        codes = [answer.json()["error_code"] for answer in (good, bad)]
        assert [code == "00" for code in codes] == [True, False]
        assert [int(code) == 0 for code in codes] == [True, False]
