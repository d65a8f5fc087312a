"""Images are read in one way wherever they come from; the right values come from NumPy and Pillow's own parts."""

import io
import os
import subprocess

import numpy as np
import pytest
from PIL import Image, ImageOps

from explainer import Run
from explainer.contract.refused import Refused
from explainer.lab import image_files
from explainer.lab.image_files import in_eight_bits, read_image

RAMP = np.arange(256, dtype=np.uint8).reshape(16, 16)
COLOUR = np.random.default_rng(0).integers(0, 256, (16, 16, 4), np.uint8)


def grey(values):
    return np.repeat(np.asarray(values, np.uint8)[..., None], 3, 2)


def on_white(rgba):
    image = Image.new("RGBA", (rgba.shape[1], rgba.shape[0]), "white")
    image.alpha_composite(Image.fromarray(rgba))
    return np.asarray(image)[..., :3]


def palette(transparent):
    image = Image.fromarray(RAMP).convert("P")
    return image, {"transparency": transparent}


SAVED = {
    "grey of 8 bits": (Image.fromarray(RAMP), "PNG", {}, grey(RAMP)),
    "grey of 1 bit": (Image.fromarray(RAMP > 99), "PNG", {}, grey(255 * (RAMP > 99))),
    "grey of 16 bits": (Image.fromarray(RAMP.astype(np.uint16) * 256 + 77), "PNG", {}, grey(RAMP)),
    "dark grey of 16 bits": (Image.fromarray(RAMP.astype(np.uint16)), "PNG", {}, grey(0 * RAMP)),
    "TIFF of 16 bits": (Image.fromarray(RAMP.astype(np.uint16) * 257), "TIFF", {}, grey(RAMP)),
    "PGM of 16 bits": (Image.fromarray(RAMP.astype(np.int32) * 257), "PPM", {}, grey(RAMP)),
    "TIFF of 32 bits": (Image.fromarray(RAMP.astype(np.int32)), "TIFF", {}, grey(RAMP)),
    "TIFF of negative numbers": (
        Image.fromarray(RAMP.astype(np.int32) * 1000 - 127_500), "TIFF", {}, grey(RAMP),
    ),
    "floats to 1": (Image.fromarray(RAMP.astype(np.float32) / 255), "TIFF", {}, grey(RAMP)),
    "floats to 255": (Image.fromarray(RAMP.astype(np.float32)), "TIFF", {}, grey(RAMP)),
    "floats about 0": (Image.fromarray((RAMP.astype(np.float32) - 100) * 7), "TIFF", {}, grey(RAMP)),
    "constant floats": (Image.fromarray(np.full((4, 4), -3, np.float32)), "TIFF", {}, grey(np.zeros((4, 4)))),
    "grey and transparency": (
        Image.fromarray(COLOUR[..., :2]), "PNG", {},
        on_white(np.stack([COLOUR[..., 0]] * 3 + [COLOUR[..., 1]], -1)),
    ),
    "one transparent grey": (
        Image.fromarray(RAMP), "PNG", {"transparency": 7}, grey(np.where(RAMP == 7, 255, RAMP)),
    ),
    "one transparent grey of 16 bits": (
        Image.fromarray(RAMP.astype(np.uint16) * 257), "PNG", {"transparency": 7 * 257},
        grey(np.where(RAMP == 7, 255, RAMP)),
    ),
    "one transparent colour": (
        Image.fromarray(COLOUR[..., :3]), "PNG", {"transparency": tuple(COLOUR[0, 0, :3].tolist())},
        np.where((COLOUR[..., :3] == COLOUR[0, 0, :3]).all(-1, keepdims=True), 255, COLOUR[..., :3]),
    ),
    "colour": (Image.fromarray(COLOUR[..., :3]), "PNG", {}, COLOUR[..., :3]),
    "colour and transparency": (Image.fromarray(COLOUR), "PNG", {}, on_white(COLOUR)),
    "WebP and transparency": (Image.fromarray(COLOUR), "WEBP", {"lossless": True, "exact": True}, on_white(COLOUR)),
    "TIFF and transparency": (Image.fromarray(COLOUR), "TIFF", {}, on_white(COLOUR)),
    "a palette": (*[Image.fromarray(RAMP).convert("P"), "GIF", {}], grey(RAMP)),
    "a palette with a hole": (*[Image.fromarray(RAMP).convert("P"), "PNG", {"transparency": 9}],
                              grey(np.where(RAMP == 9, 255, RAMP))),
    "bitmap": (Image.fromarray(COLOUR[..., :3]), "BMP", {}, COLOUR[..., :3]),
    "printer's colours": (
        Image.fromarray(COLOUR, "CMYK"), "TIFF", {}, np.asarray(Image.fromarray(COLOUR, "CMYK").convert("RGB")),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SAVED)
def test_every_kind_of_image_has_the_colours_that_it_shows(tmp_path, name):
    image, kind, more, expected = SAVED[name]
    image.save(tmp_path / "picture", kind, **more)
    found = read_image(tmp_path / "picture")
    assert found.mode == "RGB"
    assert np.array_equal(np.asarray(found), expected)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_an_image_is_upright_however_the_camera_was_held(tmp_path, orientation, kind):
    pixels = np.zeros((16, 24, 3), np.uint8)
    pixels[:8, :8] = 255, 0, 0
    pixels[8:, 16:] = 0, 0, 255
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(pixels).save(tmp_path / "a", kind, exif=exif)
    with Image.open(tmp_path / "a") as stored:
        expected = ImageOps.exif_transpose(stored).convert("RGB")
    assert np.array_equal(np.asarray(read_image(tmp_path / "a")), np.asarray(expected))
    assert expected.size == ((24, 16) if orientation < 5 else (16, 24))


def png(size=(16, 16), mode="L"):
    held = io.BytesIO()
    Image.new(mode, size, 3).save(held, "PNG")
    return held.getvalue()


def jpeg():
    held = io.BytesIO()
    Image.fromarray(COLOUR[..., :3]).resize((99, 99)).save(held, "JPEG")
    return held.getvalue()


REFUSED = {
    "empty": (b"", "it is empty"),
    "text": (b"not a picture at all", "none of these"),
    "pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "git lfs pull"),
    "cut PNG": (png((99, 99))[:-30], "damaged or was cut short"),
    "cut JPEG": (jpeg()[:700], "damaged or was cut short"),
    "PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "PostScript"),
    "web page": (b"<!DOCTYPE html><title>Not found</title>", "a web page"),
    "SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
    "HEIC": (b"\0\0\0\x18ftypheic", "HEIC or AVIF"),
    "DDS": (b"DDS " + bytes(200), "DDS"),
    "BLP": (b"BLP2" + bytes(200), "BLP"),
    "bomb": (png((13_300, 13_300), "1"), "13300 × 13300 pixels: make it smaller"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_image_is_refused_with_the_cause_wherever_it_comes_from(tmp_path, name):
    from explainer.scenes.cnn.dropped import take
    from explainer.scenes.cnn.own_images import read_images

    content, cause = REFUSED[name]
    for each in ("a", "b"):
        (tmp_path / "classes" / each).mkdir(parents=True)
        for number in range(5):
            (tmp_path / "classes" / each / f"{number}.png").write_bytes(png())
    path = tmp_path / "classes" / "a" / "3.png"
    path.write_bytes(content)
    readers = {
        "path": lambda: Run("convolution", image="file", path=str(path)),
        "folder": lambda: read_images(tmp_path / "classes", 8),
        "drawing": lambda: take(path, Run("cnn").params),
    }
    for about, reader in readers.items():
        with pytest.raises(Refused) as refused:
            reader()
        assert cause in str(refused.value)
        assert "3.png" in str(refused.value)
        assert "\n" not in str(refused.value)
        assert refused.value.about == about


def test_floats_that_are_no_numbers_are_refused(tmp_path):
    values = RAMP.astype(np.float32)
    values[3, 4] = np.nan
    Image.fromarray(values).save(tmp_path / "a.tiff")
    with pytest.raises(Refused, match="not finite"):
        read_image(tmp_path / "a.tiff")


def test_no_content_starts_another_program(tmp_path, monkeypatch):
    def started(*words, **more):
        raise AssertionError(f"{words} was started")

    monkeypatch.setattr(subprocess, "Popen", started)
    monkeypatch.setattr(os, "system", started)
    (tmp_path / "a.png").write_bytes(REFUSED["PostScript"][0])
    with pytest.raises(Refused):
        read_image(tmp_path / "a.png")


@pytest.mark.parametrize("seed", range(3))
def test_a_damaged_image_is_refused_or_read(tmp_path, seed):
    chance = np.random.default_rng(seed)
    kinds = [image for image in SAVED.values() if image[1] != "BMP"]
    for _ in range(60):
        image, kind, more, _ = kinds[chance.integers(len(kinds))]
        held = io.BytesIO()
        image.save(held, kind, **more)
        content = bytearray(held.getvalue())
        for place in chance.integers(0, len(content), 4):
            content[place] = chance.integers(256)
        (tmp_path / "a").write_bytes(content)
        try:
            assert read_image(tmp_path / "a").mode == "RGB"
        except Refused as refused:
            assert "a" in str(refused)


def test_a_16_bit_image_of_older_pillows_is_scaled_as_well():
    image = Image.fromarray(RAMP.astype(np.int32) * 257)
    image.format = "PNG"
    assert np.array_equal(in_eight_bits(image), RAMP)


def test_the_budget_of_pixels_is_asked_before_anything_is_decoded(monkeypatch, tmp_path):
    monkeypatch.setattr(image_files, "MOST_PIXELS", 100)
    monkeypatch.setattr(image_files, "in_colour", lambda image: pytest.fail("decoded"))
    (tmp_path / "a.png").write_bytes(png())
    with pytest.raises(Refused, match="16 × 16 pixels"):
        read_image(tmp_path / "a.png")


def test_the_script_of_an_own_image_prints_the_same_numbers(tmp_path):
    from explainer.export import metrics_csv
    from tests.scripts import outputs

    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(RAMP.astype(np.uint16) * 257).save(tmp_path / "a.png", exif=exif)
    run = Run("convolution", image="file", path=str(tmp_path / "a.png"), own_size=True)
    run.step(5)
    run.execution.recorder.flush()
    assert outputs([run.script()], tmp_path) == [metrics_csv.encode(run.execution.recorder.series, 5).decode()]
