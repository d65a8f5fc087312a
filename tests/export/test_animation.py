"""Animations read back with Pillow, and what becomes of one that cannot be written."""

import errno
import os

import numpy as np
import pytest
from PIL import Image

from explainer.contract import Refused
from explainer.export.animation import film
from explainer.export.place import written_whole
from explainer.export.timing import Timing, durations

RED, BLUE = "#d02040", "#2040d0"


def picture(step: int) -> np.ndarray:
    """A red square that moves on a blue ground, shape (40, 60, 3)."""
    made = np.empty((40, 60, 3), np.uint8)
    made[:] = list(bytes.fromhex(BLUE[1:]))
    made[10:20, 5 * step : 5 * step + 10] = list(bytes.fromhex(RED[1:]))
    return made


def test_a_gif_has_every_picture_its_time_and_its_exact_colours(tmp_path):
    made = film(tmp_path / "a.gif", (60, 40), 15, (RED, BLUE))
    for step in range(6):
        made.add(picture(step))
    written = []
    made.finish(written.append)
    made.close()
    with Image.open(tmp_path / "a.gif") as found:
        assert (found.n_frames, found.size, found.info["loop"]) == (6, (60, 40), 0)
        for step in range(6):
            found.seek(step)
            assert np.array_equal(np.asarray(found.convert("RGB")), picture(step))
    assert written == list(range(6))


@pytest.mark.parametrize("rate", [1, 7, 15, 30, 50])
def test_a_gif_is_as_fast_as_asked_in_the_mean_and_rests_at_the_end(rate):
    shown = durations(2 * rate + 1, rate)
    assert sum(shown[:-1]) == 2_000
    assert all(each % 10 == 0 and each > 0 for each in shown)
    assert shown[-1] == 2_000


def test_the_steps_of_an_animation_end_with_the_last():
    assert Timing(5).steps(12) == [0, 5, 10, 12]
    assert Timing(5, first=2).steps(12) == [2, 7, 12]
    assert Timing(100).steps(12) == [0, 12]
    with pytest.raises(Refused, match="show every 34 steps or fewer"):
        Timing(1).steps(100_000)
    with pytest.raises(Refused, match="ends at step 12"):
        Timing(1, first=13).steps(12)


def write_half(path):
    with written_whole(path, "animation") as aside:
        (aside / path.name).write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_disk_that_fills_leaves_what_was_there(tmp_path):
    (tmp_path / "a.gif").write_bytes(b"old")
    with pytest.raises(Refused, match=r"/a.gif: No space left on device; make room or choose another folder"):
        write_half(tmp_path / "a.gif")
    assert (tmp_path / "a.gif").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.gif"]


def write_video(path):
    made = film(path, (60, 40), 15, ())
    try:
        made.add(picture(0))
        made.finish(lambda done: None)
    finally:
        made.close()


def test_a_video_that_cannot_be_written_is_an_error(tmp_path):
    pytest.importorskip("imageio_ffmpeg")
    with pytest.raises(OSError, match="No such file or directory"):
        write_video(tmp_path / "missing" / "a.mp4")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_a_video_on_a_full_disk_is_an_error(tmp_path):
    pytest.importorskip("imageio_ffmpeg")
    (tmp_path / "a.mp4").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left on device"):
        write_video(tmp_path / "a.mp4")
