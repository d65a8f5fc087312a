"""A small safe language for what is true of a run."""

from explainer.teach.expressions.expression import Expression, parse

__all__ = ["Expression", "parse"]
