"""Images of one's own: a folder with one subfolder for each class, read with Pillow, refused in clear words."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from explainer.contract import Refused
from explainer.contract.files import inside, is_folder, is_ordinary, path_of
from explainer.contract.refused import one_line
from explainer.lab.image_files import ENDINGS, read_image
from explainer.scenes.cnn import MOST_CLASSES

MOST_IMAGES, LEAST_IMAGES = 5_000, 5


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
        images[place] = _square(read_image(path, "folder"), side)
    labels = np.repeat(np.arange(len(classes)), [len(group) for group in files])
    return images, labels, tuple(one_line(each.name, 32) for each in classes)


def count_classes(folder: str) -> int:
    """Return how many classes a folder has; raise :class:`Refused` where it has none."""
    return len(_class_folders(Path(folder)))


def _class_folders(words: Path) -> list[Path]:
    """Return the subfolders, one for each class."""
    folder = path_of(words, "folder")
    if str(folder) in ("", ".") or not is_folder(folder):
        said = one_line(str(folder), 200)
        raise _refused(f"folder = {said!r} is no folder: name one with a subfolder for each class")
    places = inside(folder, "folder")
    classes = [place for place in places if is_folder(place)]
    loose = [place.name for place in places if place not in classes and place.suffix.lower() in ENDINGS]
    if loose:
        raise _refused(
            f"{folder} holds {loose[0]!r} beside its subfolders: put each image into the subfolder of its class"
        )
    if not 2 <= len(classes) <= MOST_CLASSES:
        raise _refused(f"{folder} has {len(classes)} subfolders: give 2 to {MOST_CLASSES}, one for each class")
    return classes


def _image_files(folder: Path) -> Sequence[Path]:
    """Return the files of one class."""
    files = inside(folder, "folder")
    other = [place.name for place in files if place.suffix.lower() not in ENDINGS or not is_ordinary(place)]
    if other:
        raise _refused(f"{folder} holds {other[0]!r}, which is no image: remove it (PNG, JPEG, BMP, GIF, WebP, TIFF)")
    if len(files) < LEAST_IMAGES:
        raise _refused(f"{folder} holds {len(files)} images: a class needs at least {LEAST_IMAGES}")
    return files


def _square(image: Image.Image, side: int) -> np.ndarray:
    """Return the middle of an image as a square of ``side`` pixels."""
    short = min(image.size)
    left, top = (image.width - short) // 2, (image.height - short) // 2
    box = (left, top, left + short, top + short)
    return np.asarray(image.resize((side, side), Image.Resampling.BOX, box=box))


def _refused(words: str) -> Refused:
    return Refused(words, about="folder")
