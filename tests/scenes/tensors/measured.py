"""The numbers that the lesson states, and how each is had: see ``tests.measure_lessons``."""

from __future__ import annotations

import torch

from tests.measure_lessons import Stated

STATED = [
    Stated("ends at 65,504", None, lambda seed: torch.finfo(torch.float16).max, (65504, 65504)),
    Stated("From 256 on", None, lambda seed: float(torch.tensor(257.0).bfloat16()), (256, 256)),
    Stated("are 0.0156 apart", None, lambda seed: float(torch.finfo(torch.bfloat16).eps * 2), (0.0156, 0.0157)),
]
