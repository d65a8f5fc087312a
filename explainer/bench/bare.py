"""The same experiment without window, engine or history: ``python -m explainer.bench.bare SCENE SECONDS [JSON]``.

The third argument holds parameters.
"""

from __future__ import annotations

import json
import sys
import time
from collections import deque
from collections.abc import Mapping
from typing import Any

from explainer.engine.lean_torch import postpone_compiler
from explainer.engine.run import Run


def bare_speed(scene: str, seconds: float, parameters: Mapping[str, Any]) -> float:
    """Return the steps per second of an experiment exhausted in a plain loop.

    What the experiment records is read every 256 steps and thrown away, so that memory does not grow.
    """
    postpone_compiler()
    execution = Run(scene, **parameters).execution
    experiment, recorder = execution.experiment, execution.recorder
    with execution.world.entered():
        started = time.perf_counter()
        step = 0
        while time.perf_counter() - started < seconds:
            step += 1
            recorder.step = step
            deque(experiment.step(), maxlen=0)
            if step % 256 == 0:
                recorder.flush()
        return step / (time.perf_counter() - started)


if __name__ == "__main__":
    print(bare_speed(sys.argv[1], float(sys.argv[2]), json.loads((*sys.argv, "{}")[3])))  # noqa: T201
