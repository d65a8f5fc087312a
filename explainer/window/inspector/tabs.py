"""The inspector's tabs, from left to right."""

LESSON, CONTROLS, MATH, CODE = range(4)
