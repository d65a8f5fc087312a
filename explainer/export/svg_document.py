"""An SVG document as text: elements in groups of the same clip; knows no Qt."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""
Attributes = Mapping[str, object]


_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document may hold, not even as an entity."""


def _allowed(words: str) -> str:
    return _FORBIDDEN.sub("\ufffd", words)


def number(value: float) -> str:
    """Return a coordinate with at most three decimals."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def lines_data(curves: Iterable[Sequence[Sequence[float]]], closed: bool = False) -> str:
    """Return the data of one path that draws every curve, each a sequence of points."""
    parts = []
    for curve in curves:
        points = [f"{number(x)},{number(y)}" for x, y in curve]
        parts.append(f"M{' L'.join(points)}{' Z' if closed else ''}")
    return " ".join(parts)


class SvgDocument:
    """Gathers elements in the order of painting; what has the same clip stands in one group."""

    def __init__(self, width: float, height: float, scale: float = 1.0, title: str = "", about: str = "") -> None:
        self._size = width, height
        self._scale = scale
        self._words = title, about
        self._clips: dict[str, str] = {}
        self._body: list[str] = []
        self._clip: str | None = None

    def add(self, name: str, attributes: Attributes, clip: str = "", content: str = "") -> None:
        """Add an element; ``clip`` is what :meth:`clip_box` or :meth:`clip_path` returned, empty for none."""
        if clip != self._clip:
            if self._clip:
                self._body.append("</g>")
            if clip:
                self._body.append(f'<g clip-path="url(#{clip})">')
            self._clip = clip
        inside = f">{escape(_allowed(content), quote=False)}</{name}>" if content else "/>"
        self._body.append(f"<{name}{_written(attributes)}{inside}")

    def clip_box(self, box: Box) -> str:
        """Return the name of a clip to a rectangle."""
        left, top, right, bottom = box
        sides = {"x": left, "y": top, "width": max(0.0, right - left), "height": max(0.0, bottom - top)}
        return self._named(f"<rect{_written(sides)}/>")

    def clip_path(self, data: str, box: Box | None = None) -> str:
        """Return the name of a clip to a path, and to a rectangle as well when one is given."""
        also = {"clip-path": f"url(#{self.clip_box(box)})"} if box else {}
        return self._named(f"<path{_written({'d': data, 'clip-rule': 'evenodd', **also})}/>")

    def encode(self) -> bytes:
        """Return the whole file."""
        width, height = self._size
        outer = {
            "width": width * self._scale,
            "height": height * self._scale,
            "viewBox": f"0 0 {number(width)} {number(height)}",
        }
        title, about = (escape(_allowed(words), quote=False) for words in self._words)
        said = [f"<{tag}>{words}</{tag}>" for tag, words in (("title", title), ("desc", about)) if words]
        clips = [f'<clipPath id="{name}">{shape}</clipPath>' for shape, name in self._clips.items()]
        body = [*self._body, "</g>"] if self._clip else self._body
        lines = [f'<svg {NAMESPACES} version="1.1"{_written(outer)}>', *said, "<defs>", *clips, "</defs>", *body]
        return (HEAD + "\n".join([*lines, "</svg>", ""])).encode()

    def _named(self, shape: str) -> str:
        return self._clips.setdefault(shape, f"clip{len(self._clips) + 1}")


def png_link(raw: bytes) -> str:
    """Return a PNG file as the address of an embedded image."""
    return f"data:image/png;base64,{base64.b64encode(raw).decode()}"


def _written(attributes: Attributes) -> str:
    return "".join(
        f' {name}="{number(value) if isinstance(value, float) else escape(_allowed(str(value)))}"'
        for name, value in attributes.items()
    )
