"""The two photographs that scikit-learn brings."""

PHOTOGRAPHS = {"china": "china.jpg", "flower": "flower.jpg"}
"""Their files by name."""
PHOTOGRAPH_SIZE = (427, 640)
"""Rows and columns of both."""
