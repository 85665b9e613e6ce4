"""A headless Chromium, spoken to through its own pipe (DevTools protocol): no driver and no further package."""

import base64
import contextlib
import fcntl
import itertools
import json
import os
import queue
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from typing import Any, Self

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 20.0
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=vi",
    "--remote-debugging-pipe",
)  # fmt: skip


def program() -> str | None:
    """Return the browser of this machine, if it has one."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


class Browser:
    """One running browser. Tabs of different contexts know nothing of each other, as different telephones."""

    def __init__(self, process: "subprocess.Popen[bytes]", ends: tuple[int, int]) -> None:
        self._process = process
        self._write, self._read = ends
        self._numbers = itertools.count(1)
        self._answers: dict[int, queue.Queue[dict[str, Any]]] = {}
        self.events: dict[str, list[dict[str, Any]]] = {}
        threading.Thread(target=self._listen, daemon=True).start()

    def command(self, method: str, session: str = "", **parameters: Any) -> Any:
        """Send a command and return what it answers."""
        number = next(self._numbers)
        answer = self._answers[number] = queue.Queue()
        told = {"id": number, "method": method, "params": parameters, **({"sessionId": session} if session else {})}
        os.write(self._write, json.dumps(told).encode() + b"\0")
        said = answer.get(timeout=PATIENCE)
        assert "error" not in said, (method, said["error"])
        return said["result"]

    def telephone(self, *, width: int = 360, height: int = 640, languages: str = "vi-VN,vi") -> "Tab":
        """Return an empty page of a device that has stored nothing."""
        context = self.command("Target.createBrowserContext")["browserContextId"]
        return self.page_of(context, width=width, height=height, languages=languages)

    def page_of(self, context: str, *, width: int, height: int, languages: str) -> "Tab":
        """Return a further page of a device."""
        target = self.command("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.command("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        return Tab(self, session, target=target, context=context).prepared(width, height, languages)

    def _listen(self) -> None:
        pending = b""
        with contextlib.suppress(OSError):
            while part := os.read(self._read, 1 << 20):
                *messages, pending = (pending + part).split(b"\0")
                for message in map(json.loads, messages):
                    if "id" in message:
                        self._answers.pop(message["id"]).put(message)
                    else:
                        self.events.setdefault(message.get("sessionId", ""), []).append(message)


class Tab:
    """One page of one device."""

    def __init__(self, browser: Browser, session: str, *, target: str, context: str) -> None:
        self.browser, self.session, self.target, self.context = browser, session, target, context
        self._shape = 0, 0, ""

    def prepared(self, width: int, height: int, languages: str) -> Self:
        """Give the device its screen, its touch and its languages."""
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.command(f"{domain}.enable")
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=True)
        self.command("Emulation.setUserAgentOverride", userAgent="Telephone", acceptLanguage=languages)
        self._shape = width, height, languages
        return self

    def command(self, method: str, **parameters: Any) -> Any:
        """Send a command to this page."""
        return self.browser.command(method, self.session, **parameters)

    def another(self) -> "Tab":
        """Return a further page of the same device, as after closing the browser and opening it again."""
        width, height, languages = self._shape
        return self.browser.page_of(self.context, width=width, height=height, languages=languages)

    def close(self) -> None:
        """Close the page."""
        self.browser.command("Target.closeTarget", targetId=self.target)

    def go(self, address: str) -> None:
        """Open an address."""
        self.command("Page.navigate", url=address)
        self.wait("document.readyState === 'complete'")

    def run(self, script: str) -> Any:
        """Return what a JavaScript expression gives; promises are awaited."""
        answer = self.command("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait(self, condition: str, seconds: float = PATIENCE) -> None:
        """Wait until the expression is true."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(AssertionError):  # between two documents there is none
                if self.run(f"Boolean({condition})"):
                    return
            time.sleep(0.05)
        raise AssertionError(f"never came: {condition}; the page says: {self.text()}")

    def wait_for(self, text: str, seconds: float = PATIENCE) -> None:
        """Wait until the page shows these words."""
        self.wait(f"document.body.innerText.includes({json.dumps(text)})", seconds)

    def text(self) -> str:
        """Return all that can be read."""
        return str(self.run("document.body.innerText"))

    def tap(self, selector: str) -> None:
        """Press the middle of what is found, as a finger does."""
        x, y = self.run(
            f"(() => {{ const node = document.querySelector({json.dumps(selector)});"
            " node.scrollIntoView({block: 'center'}); const box = node.getBoundingClientRect();"
            " return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.command("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def tap_words(self, words: str) -> None:
        """Press the button, level or summary that carries these words."""
        self.run(
            "document.querySelectorAll('[data-pressed]').forEach(node => delete node.dataset.pressed);"
            "[...document.querySelectorAll('button, label.level, summary')]"
            f".find(node => node.textContent.trim() === {json.dumps(words)}).dataset.pressed = ''"
        )
        self.tap("[data-pressed]")

    def write(self, text: str) -> None:
        """Type into what has the focus."""
        self.command("Input.insertText", text=text)

    def scan(self, text: str) -> None:
        """Press one key after the other, as a scanner does, and the one that ends a scan."""
        for letter in text:
            self.command("Input.dispatchKeyEvent", type="keyDown", key=letter, text=letter)
            self.command("Input.dispatchKeyEvent", type="keyUp", key=letter)
        self.press_enter()

    def press_enter(self) -> None:
        """Press the key that ends a scan."""
        for kind in ("keyDown", "keyUp"):
            self.command(
                "Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", windowsVirtualKeyCode=13, text="\r"
            )

    def offline(self, *, is_cut: bool) -> None:
        """Cut the network of this page, or give it back."""
        self.command(
            "Network.emulateNetworkConditions", offline=is_cut, latency=0, downloadThroughput=-1, uploadThroughput=-1
        )

    def picture(self) -> bytes:
        """Return what is on the screen, as PNG."""
        return base64.b64decode(self.command("Page.captureScreenshot", format="png")["data"])

    def told(self, method: str) -> list[dict[str, Any]]:
        """Return the parameters of every event of this kind so far."""
        return [
            event["params"] for event in list(self.browser.events.get(self.session, [])) if event["method"] == method
        ]

    def complaints(self) -> list[str]:
        """Return what the browser itself objected to: errors of scripts, and whatever the content policy forbade."""
        thrown = [one["exceptionDetails"]["text"] for one in self.told("Runtime.exceptionThrown")]
        logged = [one["entry"] for one in self.told("Log.entryAdded")]
        return thrown + [one["text"] for one in logged if one["level"] == "error" and one["source"] != "network"]


def _pipe() -> tuple[int, int]:
    """Return both ends of a pipe, numbered so high that handing them over as 3 and 4 covers neither."""
    low = os.pipe()
    reading, writing = (fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 20) for end in low)
    for end in low:
        os.close(end)
    return reading, writing


@contextlib.contextmanager
def running(path: str) -> Iterator[Browser]:
    """Start the browser; stop it afterwards."""
    ours_read, theirs_write = _pipe()
    theirs_read, ours_write = _pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        # The browser reads from its descriptor 3 and writes to its descriptor 4.
        command = f'exec "$0" "$@" 3<&{theirs_read} 4>&{theirs_write}'
        process = subprocess.Popen(
            ["/bin/bash", "-c", command, path, *FLAGS, f"--user-data-dir={profile}"],
            pass_fds=(theirs_read, theirs_write), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(theirs_read)
        os.close(theirs_write)
        try:
            browser = Browser(process, (ours_write, ours_read))
            yield browser
            with contextlib.suppress(queue.Empty, OSError):
                browser.command("Browser.close")
            process.wait(10)
        finally:
            process.kill()
            process.wait(10)
            os.close(ours_write)
