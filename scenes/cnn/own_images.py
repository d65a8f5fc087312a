"""Images of one's own: a folder with one subfolder for each class, read with Pillow, refused in clear words."""

import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from explainer.contract import Refused
from explainer.contract.refused import one_line
from explainer.scenes.cnn.drawing import ENDINGS

MOST_IMAGES, MOST_CLASSES, LEAST_IMAGES = 5_000, 20, 5
MOST_PIXELS, MOST_BYTES = 40_000_000, 30 * 2**20


def read_images(folder: Path, side: int) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Return images (n, side, side, 3) uint8, labels (n,) int64 and the classes' names, all in alphabetical order.

    An image is scaled so that it fills the square and cut at the middle. Raises :class:`Refused`, naming folder
    or file and the remedy, for a folder that is missing, empty, mixed, too large, or that holds a file which is
    damaged, huge or no image.
    """
    classes = _class_folders(folder)
    files = [_image_files(each) for each in classes]
    total = sum(map(len, files))
    if total > MOST_IMAGES:
        raise _refused(f"{folder} holds {total:,} images: keep at most {MOST_IMAGES:,}")
    images = np.empty((total, side, side, 3), np.uint8)
    for place, path in enumerate(path for group in files for path in group):
        images[place] = _read(path, side)
    labels = np.repeat(np.arange(len(classes)), [len(group) for group in files])
    return images, labels, tuple(one_line(each.name, 32) for each in classes)


def count_classes(folder: str) -> int:
    """Return how many classes a folder has; raise :class:`Refused` where it has none."""
    return len(_class_folders(Path(folder)))


def _class_folders(folder: Path) -> list[Path]:
    """Return the subfolders, one for each class."""
    try:
        if str(folder) in ("", ".") or not folder.is_dir():
            raise _refused(f"folder = {one_line(str(folder))!r} is no folder: name one with a subfolder for each class")
        inside = sorted(place for place in folder.iterdir() if not place.name.startswith("."))
        classes = [place for place in inside if place.is_dir()]
    except Refused:
        raise
    except (OSError, ValueError) as error:
        raise _refused(f"folder {one_line(str(folder))} cannot be read: {one_line(str(error))}") from None
    loose = [place.name for place in inside if place not in classes and place.suffix.lower() in ENDINGS]
    if loose:
        raise _refused(
            f"{folder} holds {loose[0]!r} beside its subfolders: put each image into the subfolder of its class"
        )
    if not 2 <= len(classes) <= MOST_CLASSES:
        raise _refused(f"{folder} has {len(classes)} subfolders: give 2 to {MOST_CLASSES}, one for each class")
    return classes


def _image_files(folder: Path) -> Sequence[Path]:
    """Return the files of one class."""
    try:
        inside = sorted(place for place in folder.iterdir() if not place.name.startswith("."))
    except OSError as error:
        raise _refused(f"{folder} cannot be read: {one_line(str(error))}") from None
    other = [place.name for place in inside if place.suffix.lower() not in ENDINGS or not place.is_file()]
    if other:
        raise _refused(f"{folder} holds {other[0]!r}, which is no image: remove it (PNG, JPEG, BMP, GIF, WebP, TIFF)")
    if len(inside) < LEAST_IMAGES:
        raise _refused(f"{folder} holds {len(inside)} images: a class needs at least {LEAST_IMAGES}")
    return inside


def _read(path: Path, side: int) -> np.ndarray:
    """Return an image (side, side, 3) uint8."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise _refused(f"{path} has {size / 2**20:.0f} MiB: keep files below {MOST_BYTES // 2**20} MiB")
        with warnings.catch_warnings(), Image.open(path) as opened:
            warnings.simplefilter("ignore")
            if opened.width * opened.height > MOST_PIXELS:
                raise _refused(f"{path} has {opened.width} × {opened.height} pixels: make it smaller")
            return _square(opened, side)
    except Refused:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise _refused(f"{path} cannot be read as an image ({one_line(str(error))}): replace or remove it") from None


def _square(opened: Image.Image, side: int) -> np.ndarray:
    """Return the middle of an image as a square of ``side`` pixels; what is transparent becomes white."""
    coloured = opened.convert("RGBA")
    ground = Image.new("RGBA", coloured.size, "white")
    ground.alpha_composite(coloured)
    short = min(ground.size)
    left, top = (ground.width - short) // 2, (ground.height - short) // 2
    box = (left, top, left + short, top + short)
    return np.asarray(ground.convert("RGB").resize((side, side), Image.Resampling.BOX, box=box))


def _refused(words: str) -> Refused:
    return Refused(words, about="folder")
