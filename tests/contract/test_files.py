import os

import pytest

from explainer.contract import Refused
from explainer.contract.files import write_atomically


def test_a_file_is_written_whole_and_replaced_whole(tmp_path):
    place = tmp_path / "a.json"
    for content in (b"first", b"second, longer"):
        write_atomically(place, content)
        assert place.read_bytes() == content
    assert os.listdir(tmp_path) == ["a.json"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_nothing_but_an_ordinary_file_is_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for place in (pipe, tmp_path):
        with pytest.raises(Refused, match="no ordinary file"):
            write_atomically(place, b"x")
    assert pipe.is_fifo()


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Refused, match="cannot write"):
        write_atomically(tmp_path / "missing" / "a.json", b"x")
