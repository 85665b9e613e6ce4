import datetime as dt

from django.core.management import call_command

from api.access import tokens
from api.access.models import AccessToken, ApiClient
from api.idempotency.models import StoredAnswer
from api.throttling.models import Bucket

NOW = dt.datetime.now(dt.UTC)


def _answer(hours_ago: float) -> None:
    StoredAnswer.objects.create(
        principal="citizen", operation="x", key_hash=str(hours_ago).encode(), body_hash=b"b",
        created_at=NOW - dt.timedelta(hours=hours_ago),
    )  # fmt: skip


def test_what_may_still_be_asked_for_is_kept_and_the_rest_forgotten() -> None:
    client = ApiClient.objects.create(client_id="mau", name="Mẫu", scopes=[], created_at=NOW)
    for hours_ago in (71, 73):
        _answer(hours_ago)
    for hours_ago in (1, 30):
        tokens.issue(scopes=[], client=client, now=NOW - dt.timedelta(hours=hours_ago))
        Bucket.objects.create(
            key=bytes([hours_ago]), tokens=1, was_allowed=True, refilled_at=NOW - dt.timedelta(hours=hours_ago)
        )

    call_command("clear_expired", verbosity=0)

    assert StoredAnswer.objects.get().created_at == NOW - dt.timedelta(hours=71)
    assert AccessToken.objects.get().issued_at == NOW - dt.timedelta(hours=1)
    assert bytes(Bucket.objects.get().key) == bytes([1])
