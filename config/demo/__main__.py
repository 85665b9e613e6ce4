"""`python -m config.demo`: play the morning against a running service; exit status 1 when a comparison fails."""

import argparse
import sys
import urllib.error
from http import HTTPStatus
from pathlib import Path

from config.demo import complaint, counter, exclusion, figures, other_senders, portal, register, reorganisation, year
from config.demo.cast import INSPECTOR, Cast
from config.demo.client import Unexpected, Unreachable
from config.demo.morning import Morning
from config.demo.story import Story, timed
from config.quickstart.samples import CREDENTIALS

USUAL_PORT = 8000


def main() -> int:
    """Read the command line, play, tell."""
    parser = argparse.ArgumentParser(prog="python -m config.demo")
    parser.add_argument("--port", type=int, default=USUAL_PORT)
    parser.add_argument("--samples", type=Path, default=CREDENTIALS, help="what prepare_samples wrote")
    asked = parser.parse_args()
    base = f"http://127.0.0.1:{asked.port}"
    story = Story()
    try:
        seconds = timed(lambda: _play(story, Cast(base, asked.samples)))
    except urllib.error.HTTPError as error:
        print(f"The service at {base} is there but refused: {_refusal(error)}")
        return 1
    except (Unreachable, FileNotFoundError, urllib.error.URLError) as error:
        told = getattr(error, "reason", error)
        print(
            f"No service to play with at {base} ({told}). Start one first, in another terminal:  {_start(asked.port)}"
        )
        return 1
    except Unexpected as error:
        print(f"\n✗ The story stopped in chapter {story.chapter}: {error}")
        return 1
    return story.ended(seconds=seconds)


def _refusal(error: urllib.error.HTTPError) -> str:
    if error.code == HTTPStatus.TOO_MANY_REQUESTS:
        return (
            f"too many requests came from this machine. Wait {error.headers.get('Retry-After', 'some')} s, run again."
        )
    return f"{error.code} {error.reason}."


def _start(port: int) -> str:
    return "make run" if port == USUAL_PORT else f"make run PORT={port}"


def _play(story: Story, cast: Cast) -> None:
    story.title(
        "Một buổi sáng ở bộ phận một cửa", f"A morning in the one-stop centre, by the public API of {cast.base}"
    )
    morning = Morning.now()
    register.play(story, cast)
    portal.play(story, cast)
    other_senders.play(story, cast)
    reorganisation.play(story, cast)
    exclusion.play(story, cast, morning)
    before = figures.read(cast, INSPECTOR, morning)
    done = counter.play(story, cast, morning)
    complaint.play(story, cast, morning, dossier=done.dossier)
    figures.play(story, cast, morning, before=before, done=done)
    year.play(story, cast)


if __name__ == "__main__":
    sys.exit(main())
