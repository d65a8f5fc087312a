"""A picture's question to a side job: asked when it can be seen and its answer would be another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QObject, QTimer, Signal

from explainer.plots.picture import Picture

WAIT = 80
"""Milliseconds of rest before a question is asked, so that a dragged control asks once."""
PATIENCE = 60_000
"""Milliseconds after which an unanswered question is asked again."""
_ASKED_AT_MOST = 3


class Question(QObject):
    """Asks ``job`` for a picture and gathers the parts of the answer."""

    asked = Signal()
    """The question is under way."""
    given_up = Signal()
    """No answer came, though it was asked three times."""

    def __init__(self, picture: Picture, job: str, answer: str, wait: int = WAIT) -> None:
        """``answer`` names the array that completes the answer."""
        super().__init__(picture)
        self._picture, self._job, self._answer = picture, job, answer
        self._key: object = None
        self._asked_key: object = None
        self._arguments: dict[str, Any] = {}
        self._parts: dict[str, np.ndarray] = {}
        self._times = self._step = 0
        self._rest = QTimer(self, singleShot=True, interval=wait)
        self._rest.timeout.connect(self._ask)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE)
        self._patience.timeout.connect(self._ask_again)
        picture.installEventFilter(self)

    def need(self, key: object, step: int, **arguments: Any) -> None:
        """Say what the answer depends on; a new ``key`` asks anew once the picture can be seen.

        A ``step`` that goes back while an answer is awaited asks anew as well: the run that was
        asked may have been replaced, and its answer with it.
        """
        if step < self._step and self._patience.isActive():
            self._asked_key = None
        fresh, self._step = key != self._key, step
        self._key, self._arguments = key, arguments
        if fresh or (self._asked_key is None and not self._rest.isActive()):
            self._rest_and_ask()

    def take(
        self, job: str, arguments: Mapping[str, Any], arrays: Mapping[str, np.ndarray]
    ) -> dict[str, np.ndarray] | None:
        """Gather a part; return all parts when the answer is complete, None before and for other jobs.

        Patience begins anew with each part: an answer that comes in pieces is not asked for again.
        """
        if job != self._job or any(arguments.get(name) != value for name, value in self._arguments.items()):
            return None
        self._parts |= arrays
        if self._answer not in arrays:
            if self._patience.isActive():
                self._patience.start()
            return None
        self._patience.stop()
        return self._parts

    @property
    def parts(self) -> Mapping[str, np.ndarray]:
        """What has come of the answer so far."""
        return self._parts

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask what was held back when the picture comes into view."""
        if event.type() == QEvent.Type.Show:
            self._rest_and_ask()
        return False

    def _rest_and_ask(self) -> None:
        if self._key is None or self._key == self._asked_key:
            return
        if self._picture.steering.at_once:
            self._ask()
        else:
            self._rest.start()

    def _ask(self) -> None:
        seen = self._picture.isVisible() or self._picture.steering.at_once
        if seen and self._key != self._asked_key:
            self._times = 0
            self._asked_key = self._key
            self._send()

    def _send(self) -> None:
        self._times += 1
        self._parts = {}
        self._patience.start()
        self.asked.emit()
        self._picture.steering.job(self._job, **self._arguments)

    def _ask_again(self) -> None:
        if self._times < _ASKED_AT_MOST:
            self._send()
        else:
            self._asked_key = None
            self.given_up.emit()
