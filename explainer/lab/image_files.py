"""Images from outside: read in one way wherever they come from, upright, in eight bits, on white. Plain, no torch."""

from __future__ import annotations

import io
import os
import warnings

import numpy as np
from PIL import Image, UnidentifiedImageError

from explainer.contract.files import read_ordinary
from explainer.contract.refused import Refused, one_line

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF", "PPM")
"""What is opened, whatever the name: a decoder for anything else, which may start other programs, never runs."""
ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm"})
"""How the names of image files end."""
NAMED = "a PNG, JPEG, BMP, GIF, WebP, TIFF or PPM image"
MOST_BYTES = 64 * 2**20
MOST_PIXELS = 40_000_000
_OTHERS = (
    (b"%!PS", "PostScript"), (b"\xc5\xd0\xd3\xc6", "PostScript"), (b"%PDF", "PDF"), (b"<svg", "SVG"),
    (b"8BPS", "Photoshop"), (b"DDS ", "DDS"), (b"BLP", "BLP"), (b"\0\0\1\0", "an icon"),
    (b"\0\0\0\x0cjP", "JPEG 2000"), (b"<!doctype", "a web page"), (b"<html", "a web page"), (b"<?xml", "XML"),
    (b"PK\3\4", "an archive"),
)  # fmt: skip
_TURNED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes an image upright that a camera held otherwise: the orientation of EXIF."""


def read_image(path: str | os.PathLike[str], about: str = "path") -> Image.Image:
    """Return the image in a file in red, green and blue; raise :class:`Refused` with the cause."""
    raw = read_ordinary(path, MOST_BYTES, about, NAMED)
    name = one_line(os.fspath(path), 300)
    if not raw:
        raise Refused(f"{name} cannot be read as an image: it is empty; give {NAMED}", about)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            opened = Image.open(io.BytesIO(raw), formats=FORMATS)
            check_pixels(opened, name, about)
            return in_colour(opened)
    except Refused:
        raise
    except UnidentifiedImageError:
        why = f"it holds {held}" if (held := _other_content(raw)) else "its content is none of these, or is damaged"
    except MemoryError:
        why = "the memory is too small for it"
    except Exception as error:  # noqa: BLE001 - a decoder raises whatever it meets in a damaged file
        words = one_line(str(error) or type(error).__name__, 200)
        why = words if isinstance(error, NotImplementedError) else f"it is damaged or was cut short ({words})"
    raise Refused(f"{name} cannot be read as an image: {why}; give {NAMED}", about)


def check_pixels(image: Image.Image, name: str, about: str) -> None:
    """Refuse an image with too many pixels before it is decoded: a small file can hold a very large one."""
    if image.width * image.height > MOST_PIXELS:
        most = f"{MOST_PIXELS // 10**6} million"
        raise Refused(f"{name} has {image.width} × {image.height} pixels: make it smaller, at most {most}", about)


def in_colour(image: Image.Image) -> Image.Image:
    """Return an image in red, green and blue: upright, of eight bits, and white where it is transparent."""
    image.load()
    turn = _TURNED.get(_orientation(image))
    if image.mode.startswith(("I", "F")):
        found = Image.fromarray(in_eight_bits(image)).convert("RGB")
    elif image.mode == "LAB":
        raise NotImplementedError("its colours are LAB: save it in RGB")
    elif _may_be_transparent(image):
        found = Image.new("RGBA", image.size, "white")
        found.alpha_composite(_with_alpha(image))
        found = found.convert("RGB")
    else:
        found = image.convert("RGB")
    return found if turn is None else found.transpose(turn)


def in_eight_bits(image: Image.Image) -> np.ndarray:
    """Return a grey image of more bits, or of floating point, as uint8 (row, column); white where it is transparent.

    Of 16 bits the upper eight are kept. Integers of 32 bits up to 255 are kept, those up to 65535 read as 16 bits.
    Floats from 0 to 1 are multiplied by 255, those up to 255 rounded. Whatever has another range is stretched from
    its least to its greatest value.
    """
    values = np.asarray(image)
    clear = image.info.get("transparency")
    if not np.isfinite(values).all():
        raise NotImplementedError("it has pixels that are not finite numbers")
    low, high = float(values.min()), float(values.max())
    many = image.mode == "I" and image.format == "TIFF"
    if low >= 0 and image.mode.startswith("I") and high < 2**16 and not (many and high <= 255):
        grey = (values >> 8).astype(np.uint8)
    elif low >= 0 and image.mode == "F" and high <= 1:
        grey = np.rint(values * 255.0).astype(np.uint8)
    elif low >= 0 and high <= 255:
        grey = np.rint(values).astype(np.uint8)
    else:
        grey = np.rint((values - low) * (255.0 / (high - low or 1.0))).astype(np.uint8)
    return np.where(values == clear, np.uint8(255), grey) if isinstance(clear, int) else grey


def _orientation(image: Image.Image) -> int:
    try:
        found = image.getexif().get(0x0112, 1)
    except Exception:  # noqa: BLE001 - damaged EXIF says nothing, and the image is whole
        return 1
    return found if isinstance(found, int) else 1


def _may_be_transparent(image: Image.Image) -> bool:
    return image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info


def _with_alpha(image: Image.Image) -> Image.Image:
    """Return an image with its transparency as a plane of its own."""
    clear = image.info.get("transparency")
    if image.mode == "RGB" and isinstance(clear, tuple) and max(clear) > 255:
        image.info["transparency"] = tuple(value >> 8 for value in clear)  # said in 16 bits, as the file had them
    if image.mode == "La":
        image = image.convert("LA")
    return image.convert("RGBA")


def _other_content(raw: bytes) -> str:
    """Return what a file holds that is no image of the known formats, as far as its beginning says."""
    start = raw[:256].lstrip().lower()
    if raw[4:8] == b"ftyp":
        return "HEIC or AVIF"
    return next((name for begins, name in _OTHERS if raw.startswith(begins) or start.startswith(begins.lower())), "")
