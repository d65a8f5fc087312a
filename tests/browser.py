"""A real browser for tests: headless Chromium, spoken to through a pipe; nothing of it touches the network."""

from __future__ import annotations

import base64
import itertools
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from io import RawIOBase
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--remote-debugging-pipe",
)
READY = """new Promise((done) => {
  const look = () => document.documentElement.dataset.ready || !document.getElementById("trouble").hidden
    ? done(document.getElementById("trouble").textContent) : requestAnimationFrame(look);
  look();
})"""
"""Waits until the pictures are there; comes to what went wrong, empty for nothing."""


def program() -> str | None:
    """Return the path of a browser, None where there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Tab:
    """One page of the browser."""

    def __init__(self, source: RawIOBase, sink: RawIOBase) -> None:
        self._source, self._sink = source, sink
        self._numbers, self._rest, self._session = itertools.count(1), b"", ""
        self.requests: list[str] = []
        """The addresses that were asked for."""
        self.errors: list[str] = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Network", "Page", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def open(self, path: Path) -> None:
        """Open a file and wait for its pictures."""
        self.ask("Page.navigate", url=path.absolute().as_uri())
        self._until("Page.loadEventFired")
        trouble = self.run(READY)
        assert not trouble, trouble

    def run(self, script: str) -> Any:
        """Return what an expression comes to in the page, once it is there if it is promised."""
        found = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def point(self, x: float, y: float) -> None:
        """Move the pointer."""
        self.ask("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def picture(self, path: Path) -> None:
        """Write what is seen as a PNG file."""
        path.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"]))

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and return its answer."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        self._sink.write(json.dumps(message | ({"sessionId": self._session} if self._session else {})).encode() + b"\0")
        while True:
            answer = self._take()
            if answer.get("id") == number:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result

    def _until(self, event: str) -> None:
        while self._take().get("method") != event:
            pass

    def _take(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            more = self._source.read(1 << 20)
            assert more, "the browser is gone"
            self._rest += more
        raw, self._rest = self._rest.split(b"\0", 1)
        message: dict[str, Any] = json.loads(raw)
        parameters = message.get("params", {})
        if message.get("method") == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])
        if message.get("method") == "Runtime.exceptionThrown":
            self.errors.append(str(parameters))
        if message.get("method") == "Log.entryAdded" and parameters["entry"]["level"] == "error":
            self.errors.append(parameters["entry"]["text"])
        return message


@contextmanager
def tab(folder: Path) -> Iterator[Tab]:
    """Give a page of a browser of its own, whose files are kept in ``folder``."""
    (its_source, sink), (source, its_sink) = os.pipe(), os.pipe()
    words = [str(program()), *OPTIONS, f"--user-data-dir={folder}", "about:blank"]
    shell = ["bash", "-c", f'exec "$@" 3<&{its_source} 4>&{its_sink}', "bash", *words]
    process = subprocess.Popen(
        shell, pass_fds=(its_source, its_sink), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(its_source)
    os.close(its_sink)
    try:
        with os.fdopen(source, "rb", buffering=0) as answers, os.fdopen(sink, "wb", buffering=0) as orders:
            yield Tab(answers, orders)
    finally:
        process.kill()
        process.wait()
