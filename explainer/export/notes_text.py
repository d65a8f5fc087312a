"""``notes.txt``: what the scene said of the run at its end, a paragraph for each note."""

from __future__ import annotations

from collections.abc import Sequence

from explainer.contract.frame import Note

NOTHING = "nothing to say"


def line_of(note: Note) -> str:
    """Return a note on one line: its level where it is no plain information, the picture, the words, the link."""
    level = "" if note.level == "info" else note.level
    before = ", ".join(filter(None, (level, f"picture {note.card}" if note.card else "")))
    link = f" [{note.words}: {note.link}]" if note.link else ""
    return (f"{before}: " if before else "") + note.text + link


def encode(notes: Sequence[Note]) -> bytes:
    """Return the notes as text in UTF-8, in their order."""
    return ("\n".join(map(line_of, notes)) or NOTHING).encode() + b"\n"
