import errno
from pathlib import Path

import pytest

from explainer.contract import Refused
from explainer.export import folder


def content(place: Path) -> dict[str, bytes]:
    return {str(path.relative_to(place)): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def test_files_take_the_place_of_older_ones_and_leave_others_alone(tmp_path):
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "other").write_bytes(b"kept")
    folder.write_all(tmp_path, {"a": b"new", "b": b"more"})
    assert content(tmp_path) == {"a": b"new", "b": b"more", "other": b"kept"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b", "other"]


def test_when_the_last_file_cannot_be_written_the_older_ones_are_all_still_there(tmp_path, monkeypatch):
    folder.write_all(tmp_path, {"a": b"old a", "b": b"old b"})
    write = Path.write_bytes

    def fill(path: Path, data: bytes) -> int:
        if path.name == "b":
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", fill)
    with pytest.raises(Refused, match="No space left on device; choose another folder"):
        folder.write_all(tmp_path, {"a": b"new a", "b": b"new b"})
    assert content(tmp_path) == {"a": b"old a", "b": b"old b"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_folders_made_for_nothing_are_taken_away_again(tmp_path, monkeypatch):
    def fill(path: Path, data: bytes) -> int:
        raise OSError(errno.EDQUOT, "Disk quota exceeded")

    monkeypatch.setattr(Path, "write_bytes", fill)
    with pytest.raises(Refused, match="Disk quota exceeded"):
        folder.write_all(tmp_path / "a" / "b", {"x": b""})
    assert list(tmp_path.iterdir()) == []


def test_a_path_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match="Not a directory"):
        folder.check_writable(tmp_path / "file" / "out", ["x"])
    with pytest.raises(Refused, match="it is no folder"):
        folder.check_writable(tmp_path / "file", ["x"])
