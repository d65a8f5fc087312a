"""Hidden folders: there while their process works, swept away once it is gone."""

import os
import subprocess
import sys

import pytest

from explainer.contract.refused import Refused
from explainer.export.aside import aside_in, make_aside
from explainer.export.folder import write_all
from explainer.export.place import written_whole

LEAVE = (
    "import sys; from pathlib import Path; from explainer.export.aside import make_aside; make_aside(Path(sys.argv[1]))"
)


def hidden(folder):
    return [place for place in folder.iterdir() if place.name.startswith(".explainer-")]


@pytest.fixture
def left(tmp_path):
    """A folder in which a process that has ended left its hidden one, beside one of a process that lives."""
    subprocess.run([sys.executable, "-c", LEAVE, str(tmp_path)], check=True, timeout=60)
    assert len(hidden(tmp_path)) == 1
    return tmp_path


def whole(folder):
    with written_whole(folder / "a.gif", "the file") as aside:
        (aside / "a.gif").write_bytes(b"GIF")


@pytest.mark.skipif(os.name != "posix", reason="whether a process lives is asked where that does no harm")
@pytest.mark.parametrize("write", [whole, lambda folder: write_all(folder, {"a.txt": b"a"}), make_aside])
def test_what_a_killed_process_left_is_swept_at_the_next_writing(left, write):
    (stale,) = hidden(left)
    write(left)
    assert stale not in hidden(left)


def test_the_hidden_folder_of_a_process_that_lives_stays(tmp_path):
    mine = make_aside(tmp_path)
    with aside_in(tmp_path) as other:
        assert {mine, other} == set(hidden(tmp_path))
    assert hidden(tmp_path) == [mine]


def test_nothing_is_left_when_the_writing_fails(tmp_path):
    with pytest.raises(Refused), written_whole(tmp_path / "a.gif", "the file"):
        raise OSError(28, "No space left on device")
    assert hidden(tmp_path) == []
