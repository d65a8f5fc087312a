"""Keeps torch from importing its compiler just because an optimizer is built or stepped.

``torch.optim`` imports ``torch._dynamo`` at its first use, for two functions that do nothing unless
something is being compiled; that costs 1.7 s and 60 MB (measured, torch 2.13). Here a stand-in offers
these two and turns into the real module as soon as anything else is asked of it, so that
``torch.compile`` works as ever. Only processes of our own do this, never a caller of ``Run``.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import torch

NAME = "torch._dynamo"


class _StandIn(ModuleType):
    """``torch._dynamo`` until more than :meth:`graph_break` and :meth:`disable` is wanted."""

    @staticmethod
    def graph_break(*_: object, **__: object) -> None:
        """Do nothing: outside the compiler there is no graph to break."""

    @staticmethod
    def disable(function: Callable[..., Any], *_: object, **__: object) -> Callable[..., Any]:
        """Return the function: outside the compiler there is nothing to disable."""
        return function

    def __getattr__(self, name: str) -> Any:
        if name in ("__file__", "__spec__", "__loader__"):
            raise AttributeError(name)
        if sys.modules.get(NAME) is self:
            del sys.modules[NAME]
            vars(torch).pop("_dynamo", None)
        return getattr(importlib.import_module(NAME), name)


def postpone_compiler() -> None:
    """Put the stand-in in place, unless the compiler has been imported already."""
    if NAME not in sys.modules:
        sys.modules[NAME] = torch.__dict__["_dynamo"] = _StandIn(NAME)
