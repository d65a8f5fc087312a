"""How long it takes to make the index of Ask, and to answer each key while questions are typed."""

from __future__ import annotations

import json
import time

from explainer.bench.figures import percentile
from explainer.contract.catalogue import CATALOGUE
from explainer.teach.library import entries
from explainer.teach.search import Index

MOST = 12
TYPED = (
    "why does momentum help in a ravine",
    "diff between batch and layer norm",
    "what does eps do in adam",
    "vanishing gradint",
    "checkerbord artefacts transposd convolution",
    "how many heads does a transformer need",
)


def main() -> None:
    """Measure and print the figures as JSON."""
    CATALOGUE.scenes()
    started = time.perf_counter()
    index = Index(entries())
    made = time.perf_counter() - started
    index.search("warm", MOST)
    times = []
    for words in TYPED:
        for length in range(1, len(words) + 1):
            before = time.perf_counter()
            index.search(words[:length], MOST, typing=True)
            times.append(time.perf_counter() - before)
    print(json.dumps({"ask/index": 1e3 * made, "ask/key": 1e3 * percentile(times, 99)}))  # noqa: T201


if __name__ == "__main__":
    main()
