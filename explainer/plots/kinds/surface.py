"""Heights as hills that can be turned, with runners and their paths upon them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtWidgets import QVBoxLayout

from explainer.contract.cards.bindings import MISSING
from explainer.contract.cards.spaces import Surface
from explainer.contract.number_text import pair_text
from explainer.plots.part import Part, Place
from explainer.plots.relief.height_field import resampled
from explainer.plots.relief.surface_plot import Ball, SurfacePlot
from explainer.plots.resolved import Resolved
from explainer.theme.tokens import Tokens

POINTS = 48
"""Points per axis that are drawn: more are slower to turn and no easier to read."""


class SurfacePart(Part):
    """The heights are sampled anew within the window that is shown."""

    told: Surface

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.dims = ("step",)
        self.plot = SurfacePlot(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)
        self.setFocusProxy(self.plot)
        self.plot.step_hovered.connect(lambda step: self.steering.light("step", step))
        self._shown: Any = None

    @property
    def invites(self) -> str:
        """What a hand can do with a surface."""
        return "drag or use the arrow keys to orbit, wheel or + and − to zoom, a double click or Home to reset"

    def counts(self, now: Resolved) -> Sequence[int]:
        """Return how many steps the paths have."""
        return (now.paths.shape[1],) if isinstance(now.paths, np.ndarray) else (0,)

    def fill(self) -> None:
        """Take the surface, where it is another one, and the balls."""
        now = self.now
        assert now is not None
        if now.heights is not None and min(np.shape(now.heights), default=0) >= 2:
            self._fill_surface(now)
        self.plot.set_titles(now.label)
        self.plot.set_balls(self._balls(now))

    def _fill_surface(self, now: Resolved) -> None:
        x, y, heights = now.x, now.y, now.heights
        window = now.window if now.window not in (None, MISSING) else (x[0], x[-1], y[0], y[-1])
        known = (window, x, y, heights)
        if self._shown is not None and window == self._shown[0]:
            same = zip(known[1:], self._shown[1:], strict=True)
            if all(a is b or np.array_equal(a, b, equal_nan=True) for a, b in same):
                return
        self._shown = known
        at_x = np.linspace(max(window[0], x[0]), min(window[1], x[-1]), POINTS)
        at_y = np.linspace(max(window[2], y[0]), min(window[3], y[-1]), POINTS)
        self.plot.set_surface(at_x, at_y, resampled(x, y, heights, at_x, at_y))

    def _balls(self, now: Resolved) -> list[Ball]:
        paths = [np.asarray(path, float).reshape(-1, 2) for path in now.paths] if now.paths is not None else []
        retired = now.retired if now.retired is not None else np.zeros(len(paths), bool)
        names = now.names if now.names not in (None, MISSING) and len(now.names) == len(paths) else [""] * len(paths)
        return [
            Ball(tuple(path[-1].tolist()), path, self.tokens.series_colour(index), names[index], bool(retired[index]))
            for index, path in enumerate(paths)
            if len(path)
        ]

    def light(self, name: str, value: object | None) -> None:
        """Ring the step that some pointer is on."""
        if name == "step":
            self.plot.light_step(value if isinstance(value, int) else None)

    def changed(self) -> None:
        """Have it painted again."""
        self.plot.update()

    def apply_theme(self, tokens: Tokens) -> None:
        """Take the colours of a theme."""
        self.tokens = tokens
        self.plot.apply_theme(tokens)
        if self.now is not None:
            self.plot.set_balls(self._balls(self.now))

    def marks(self) -> Sequence[Place]:
        """Return nothing: where a step is depends on the camera."""
        return ()

    def summary(self) -> str:
        """Return where each ball is and whether a hill hides it."""
        balls = self._balls(self.now) if self.now is not None else []
        hidden = self.plot.hidden_balls() or [False] * len(balls)
        said = zip(balls, hidden, strict=False)
        return "; ".join(
            f"{ball.label} at {pair_text(*ball.position)}".strip() + (", behind a hill" if behind else "")
            for ball, behind in said
        )
