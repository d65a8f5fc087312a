"""The transport: how a speed is said."""

from __future__ import annotations

import pytest

from explainer.window.time.transport import speed_words


@pytest.mark.parametrize(
    ("speed", "said"), [(1.0, "1 step/s"), (0.5, "0.5 steps/s"), (30.0, "30 steps/s"), (None, "as fast as it can")]
)
def test_a_speed_is_said_in_plain_words(speed, said):
    assert speed_words(speed) == said
