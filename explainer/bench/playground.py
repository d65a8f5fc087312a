"""The playground, 2-8-8-1 in batches of ten: updates in a second either way, and with everything drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from explainer.bench.bare import bare_speed
from explainer.bench.driving import Figures, Wait, print_figures
from explainer.bench.training import measure_training
from explainer.bench.watch import Watch
from explainer.contract.start import Start
from explainer.engine.run import Run
from explainer.window.main_window import MainWindow

SCENE = "playground"
OWN: dict[str, Any] = {"layers": ("8", "8")}
SECONDS = 3.0


def measure(window: MainWindow, figures: Figures) -> Iterator[Wait]:
    """Bring every picture out and measure, writing into ``figures``."""
    watch = Watch(window)
    yield lambda: watch.frame is not None
    for kind in window.stage.away:
        window.stage.bring_out(kind.key)
    yield 1.0
    yield from measure_training(window, watch, figures, " playground", SCENE, OWN)


def updates() -> Figures:
    """Return the updates in a second of a bare loop, by hand and by nn.Module, autograd and torch.optim."""
    ways = ("eager", "functional")
    return {f"playground/{way}": bare_speed(SCENE, SECONDS, {**OWN, "execution": way}) for way in ways}


if __name__ == "__main__":
    print_figures(Start(SCENE, Run(SCENE, **OWN).recipe), measure, updates())
