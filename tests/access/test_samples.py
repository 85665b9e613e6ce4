"""`make run` shows the service with sample machines and people; preparing them twice changes nothing."""

import json
import stat
from io import StringIO
from pathlib import Path

import pyotp
import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from api.access.models import ApiClient
from tests.access.credentials import KnownClient, ask_token
from tests.contract_client import ContractClient


def prepare(path: Path) -> dict[str, dict[str, dict[str, str]]]:
    call_command("prepare_samples", "--to", str(path), stdout=StringIO())
    return json.loads(path.read_text())  # type: ignore[no-any-return]


def test_every_sample_can_sign_in(api: ContractClient, tmp_path: Path) -> None:
    known = prepare(tmp_path / "samples.json")

    for name, said in known["clients"].items():
        client = KnownClient(ApiClient.objects.get(client_id=name), said["client_secret"])
        assert ask_token(api, client).status_code == 200
    for name, said in known["accounts"].items():
        code = pyotp.TOTP(said["totp_seed"]).now()
        answer = api.post("/sessions", {"username": name, "password": said["password"], "otp": code})
        assert answer.status_code == 200
    assert stat.S_IMODE((tmp_path / "samples.json").stat().st_mode) == 0o600


def test_preparing_again_changes_nothing(tmp_path: Path) -> None:
    assert prepare(tmp_path / "samples.json") == prepare(tmp_path / "samples.json")


def test_a_lost_file_is_made_again_and_the_new_secrets_work(api: ContractClient, tmp_path: Path) -> None:
    old = prepare(tmp_path / "a.json")

    new = prepare(tmp_path / "b.json")

    assert old != new
    row = ApiClient.objects.get(client_id="motcua-mau")
    assert ask_token(api, KnownClient(row, new["clients"]["motcua-mau"]["client_secret"])).status_code == 200


def test_a_service_that_others_can_reach_has_no_samples(settings: Settings, tmp_path: Path) -> None:
    settings.SERVED_OVER_TLS = True

    with pytest.raises(CommandError):
        call_command("prepare_samples", "--to", str(tmp_path / "x.json"))
