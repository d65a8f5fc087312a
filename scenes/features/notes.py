"""What is said of a run: the same as of the playground."""

from explainer.scenes.playground.notes import NOTES

__all__ = ["NOTES"]
