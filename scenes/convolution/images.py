"""The images to convolve, as arrays (channel, y, x) float32 of whole numbers."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from explainer.contract.files import path_of
from explainer.contract.refused import Refused, shown
from explainer.lab.digits import digits
from explainer.lab.image_files import ENDINGS, FORMATS, in_colour, read_image  # noqa: F401 - its script quotes them
from explainer.scenes.convolution.photographs import PHOTOGRAPHS

MOST_PIXELS = 1 << 20
"""Pixels that an image of one's own may have at its own size."""
HIGH = 9.0


def made_image(name: str, channels: int, height: int, width: int) -> np.ndarray:
    """Return a generated image: checkerboard, edge, ramp or constant; each channel shows another one of its kind."""
    y, x, c = np.mgrid[0:height, 0:width, 0:channels].transpose(0, 3, 1, 2)
    if name == "checkerboard":
        found = HIGH * ((y // 2 + x // 2 + c) % 2)
    elif name == "edge":
        found = HIGH * np.choose(c % 3, [2 * x >= width, 2 * y >= height, x + y >= (width + height) // 2])
    elif name == "ramp":
        found = np.choose(c % 3, [x, y, x + y])
    else:
        found = np.full((channels, height, width), HIGH)
    return found.astype(np.float32)


def digit_image(channels: int, height: int, width: int) -> np.ndarray:
    """Return the first handwritten digits, one per channel, values 0 to 16; resampled when not 8 × 8."""
    images = digits()[0][:channels]
    return np.stack([_resized(Image.fromarray(image), height, width) for image in images])


def photograph_file(name: str) -> Path:
    """Return the place of one of scikit-learn's photographs."""
    package = find_spec("sklearn")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("the photographs come with scikit-learn: python -m pip install scikit-learn")
    return Path(package.origin).parent / "datasets" / "images" / PHOTOGRAPHS[name]


def opened(path: str | Path) -> Image.Image:
    """Return an image file in colour; raise :class:`Refused` for what cannot be read or is too large."""
    if not str(path).strip():
        raise Refused("path = '' is refused: name an image file that exists", about="path")
    return read_image(path_of(path, "path"))


def photograph(image: Image.Image, channels: int, height: int = 0, width: int = 0) -> np.ndarray:
    """Return an image, values 0 to 255: grey for one channel, else red, green, blue and from red again.

    It is shrunk or stretched to ``height`` × ``width``, unless these are 0.
    """
    planes = [image.convert("L")] if channels == 1 else image.convert("RGB").split()
    height, width = height or image.height, width or image.width
    return np.stack([_resized(planes[channel % len(planes)], height, width) for channel in range(channels)])


def takes(path: Path) -> str:
    """Return what dropping a file on the window would do, empty for a file that is no image."""
    return f"Drop to see {path.name} under the window" if path.suffix.lower() in ENDINGS else ""


def dropped(path: Path, params: Any) -> dict[str, Any]:
    """Return the parameters that a dropped image sets; raise :class:`Refused` for one that cannot be read."""
    image = opened(path)
    whole = image.width * image.height <= MOST_PIXELS
    return {"image": "file", "path": str(path), "own_size": whole, "in_channels": 3, "groups": 1}


def check_size(image: Image.Image, path: str) -> None:
    """Refuse an image that is too large for its own size."""
    if image.width * image.height > MOST_PIXELS:
        raise Refused(
            f"path = {shown(path)} is refused: {image.width} × {image.height} ≤ {MOST_PIXELS} pixels fails; "
            "set own_size = false, or shrink the file",
            about="path",
        )


def _resized(plane: Image.Image, height: int, width: int) -> np.ndarray:
    if plane.size != (width, height):
        plane = plane.resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(plane, np.float32)


def image_of(params: Any) -> np.ndarray:
    """Return the image that parameters ask for, all but noise; raise :class:`Refused` for a file."""
    channels, size = params.in_channels, (params.height, params.width)
    match params.image:
        case "digit":
            found = digit_image(channels, *size)
        case "china" | "flower":
            found = photograph(opened(photograph_file(params.image)), channels, *(() if params.own_size else size))
        case "file":
            image = opened(params.path)
            if params.own_size:
                check_size(image, params.path)
            found = photograph(image, channels, *(() if params.own_size else size))
        case _:
            found = made_image(params.image, channels, *size)
    return middle_row(found) if params.dimensions == 1 else found


def middle_row(image: np.ndarray) -> np.ndarray:
    """Return the middle row of each channel (channel, 1, x): the signal of one dimension."""
    row = image.shape[1] // 2
    return np.ascontiguousarray(image[:, row : row + 1])
