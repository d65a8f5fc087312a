"""What is said of a run: the same as of overfitting."""

from explainer.scenes.overfitting.notes import NOTES

__all__ = ["NOTES"]
