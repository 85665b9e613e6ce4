"""The files of the pages as a production serves them: collected, and a phone that can unpack gets them packed."""

import contextlib
import gzip
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from django.test import Client

from tests.http.serving import ROOT, served
from tests.pages.test_rating_page import sources, static

LARGEST = 20 * 1024
"""Bytes of a whole page over the wire; as it is written it may have 50 KiB."""


def fetched(address: str, **headers: str) -> tuple[str, bytes]:
    """Return how an answer is packed, and its bytes as they came."""
    asked = urllib.request.Request(address, headers=headers)  # noqa: S310 - our own server
    with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
        return answer.headers.get("Content-Encoding", ""), answer.read()


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/r", "/quay"])
def test_a_page_comes_packed_and_is_what_it_is_unpacked(own_database: str, tmp_path: Path, path: str) -> None:
    collected = tmp_path / "static"
    command = ["manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    environment = {**os.environ, "DATABASE_URL": own_database, "STATIC_ROOT": str(collected)}
    subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, check=True)
    wanted = [path, *sources(path)]

    with served(database=own_database, STATIC_ROOT=str(collected)) as base:
        packed = [fetched(base + one, **{"Accept-Encoding": "gzip"}) for one in wanted]
        plain = [fetched(base + one) for one in wanted]

    assert {encoding for encoding, _ in packed} == {"gzip"}
    assert {encoding for encoding, _ in plain} == {""}
    assert [gzip.decompress(body) for _, body in packed] == [body for _, body in plain]
    assert sum(len(body) for _, body in packed) < LARGEST


def test_without_collecting_the_pages_have_their_files_as_they_are() -> None:
    for source in sources("/r"):
        with contextlib.closing(Client().get(source)) as answer:
            assert answer.status_code == 200
            assert b"".join(answer.streaming_content).decode() == static(source)  # type: ignore[attr-defined]
