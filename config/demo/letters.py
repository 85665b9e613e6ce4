"""Sending the letters of a history, by the portal's own handshake where the sender has an envelope for its session."""

import json
from collections.abc import Iterable

from config.demo.cast import VENDOR, Cast
from config.demo.client import Answer, Api
from config.demo.histories import History, Letter
from config.demo.story import Progress, Story


class Mailbag:
    """Letters on their way to the adapter, each by the machine that sends it."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.sessions = {VENDOR: session_of(cast, VENDOR, cast.secret_of(VENDOR))}

    def admit(self, client: str, secret: str) -> None:
        """Let another machine send its own letters."""
        self.sessions[client] = session_of(self.cast, client, secret)

    def send(self, letter: Letter) -> Answer:
        """Send one letter: those with an envelope carry the session inside, the others a header."""
        session = self.sessions[letter.client]
        document = json.loads(letter.body)
        if isinstance(document, dict) and "session" in document:
            envelope = json.dumps({**document, "session": session}, ensure_ascii=False)
            return self.cast.citizen.send(letter.path, envelope.encode())
        return Api(self.cast.base, session).send(letter.path, letter.body)

    def send_all(self, story: Story, histories: Iterable[History]) -> dict[str, list[Answer]]:
        """Send every letter of every history and return the answers by history."""
        told = list(histories)
        progress = Progress(story.out, "Đang gửi bản tin", of=sum(len(history.letters) for history in told))
        answers: dict[str, list[Answer]] = {}
        for history in told:
            answers[history.id] = []
            for letter in history.letters:
                answers[history.id].append(self.send(letter))
                progress.step()
        return answers


def session_of(cast: Cast, username: str, secret: str) -> str:
    """Sign in by the portal's own handshake; what it gives is an access token."""
    told = {"username": username, "password": secret}
    answer = cast.citizen.send("/adapters/dvcqg/dang-nhap", json.dumps(told).encode())
    return str(answer.json["session"])
