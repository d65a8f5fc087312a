"""Puts a lesson into its page: one file that holds everything, and says itself that it may ask the network nothing."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from explainer.assets import asset
from explainer.contract.refused import Refused
from explainer.export.lesson.packing import data_of, packed
from explainer.export.lesson.recording_data import Moment, Recording

MOST_BYTES = 3_000_000
"""A page is no larger: what a phone takes without a thought."""
MOST_STEPS = 200
_SLOT = re.compile("@@(\\w+)@@")


@dataclass(frozen=True)
class Page:
    """The content of a page, and how many of the steps that were recorded found room in it."""

    html: bytes
    steps: int
    recorded: int

    @property
    def remark(self) -> str:
        """What is to be said where not all steps found room; empty where they did."""
        if self.steps == self.recorded:
            return ""
        return f"{self.steps} of {self.recorded} steps found room in {MOST_BYTES / 1e6:g} MB"


def page_of(recording: Recording, words: dict[str, str], rules: str) -> Page:
    """Return the page of a recording; ``words`` are title, room, question, recipe, lesson, outlines and made.

    Raises :class:`Refused` where not even two of its steps have room.
    """
    every = 1
    while True:
        moments = thinned(recording.moments, every)
        html = written({**words, "data": packed(data_of(recording, moments))}, rules)
        if len(html) <= MOST_BYTES:
            return Page(html, len(moments), len(recording.moments))
        if len(moments) <= 2:
            raise Refused(
                f"two steps of these pictures take {len(html):,} bytes, more than {MOST_BYTES:,}: choose fewer"
            )
        every += max(1, round(every * (len(html) / MOST_BYTES - 1) / 2))


def thinned(moments: Sequence[Moment], every: int) -> Sequence[Moment]:
    """Return every n-th moment, the first and the last among them."""
    kept = list(moments[::every])
    return kept if kept[-1] is moments[-1] else [*kept, moments[-1]]


def written(words: dict[str, str], rules: str) -> bytes:
    """Return the template with its slots filled; lesson, outlines and data are as they stand, all else is escaped."""
    style, script = (asset(f"lesson/page.{kind}").read_text(encoding="utf-8") for kind in ("css", "js"))
    style += rules
    ready = {
        "style": style,
        "script": script,
        "policy": _policy(style, script),
        **{name: words[name] for name in ("lesson", "outlines", "data")},
        **{name: escape(words[name]) for name in ("title", "room", "question", "recipe", "made")},
    }
    template = asset("lesson/page.html").read_text(encoding="utf-8")
    return _SLOT.sub(lambda slot: ready[slot.group(1)], template).encode()


def _policy(style: str, script: str) -> str:
    """Return what a browser may do with the page: this style, this script, and the images in it. Nothing else."""
    return (
        f"default-src 'none'; img-src data:; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
