import os
import stat
from pathlib import Path

import pytest

from explainer.contract import Refused, files
from explainer.contract.files import write_atomically
from explainer.export.folder import write_all
from explainer.export.place import written_whole


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


LONG = "n" * 300


@pytest.mark.parametrize("name", [LONG, "a\0b", "missing/x", "loop", "pipe", "folder", "/dev/zero", "x" * 5_000])
def test_odd_paths_are_refused_in_one_line_by_every_reader_and_writer(tmp_path, monkeypatch, name):
    from explainer import Run
    from explainer.export.place import checked_place

    monkeypatch.chdir(tmp_path)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for act in (
        lambda: files.read_ordinary(name, 100),
        lambda: write_atomically(Path(name), b"x"),
        lambda: checked_place(name + ".png" if name in (LONG, "a\0b") else name, (".png", ""), "picture"),
        lambda: Run("convolution", image="file", path=name),
        lambda: Run("cnn", data="folder", folder=name if name != "folder" else LONG),
        lambda: Run("attention-maps", model="folder", path=name if name != "folder" else LONG),
        lambda: Run.load(name),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert "\n" not in str(refused.value)
        assert len(str(refused.value)) < 700
    assert not files.is_ordinary(name)
    assert files.is_folder(name) == (name == "folder")
    assert sorted(os.listdir(tmp_path)) == ["folder", "loop", "pipe"]


@pytest.mark.parametrize("give", ["~", "~nosuchuser/x.png"])
def test_the_sign_of_the_home_folder_is_understood_or_refused_alike_everywhere(give):
    from explainer import Run

    for values in (
        {"scene": "convolution", "image": "file", "path": give},
        {"scene": "cnn", "data": "folder", "folder": give},
        {"scene": "attention-maps", "model": "folder", "path": give},
    ):
        with pytest.raises(Refused) as refused:
            Run(**values)
        assert give == "~" or "there is no user 'nosuchuser'" in str(refused.value)
        assert "\n" not in str(refused.value)


def test_only_so_much_is_read_and_a_pointer_is_no_content(tmp_path):
    (tmp_path / "a").write_bytes(b"x" * 101)
    with pytest.raises(Refused, match="more than 100 bytes"):
        files.read_ordinary(tmp_path / "a", 100)
    assert files.read_ordinary(tmp_path / "a", 101) == b"x" * 101
    (tmp_path / "a").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n")
    with pytest.raises(Refused, match="git lfs pull"):
        files.read_ordinary(tmp_path / "a", 1000)


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_has_the_permissions_of_the_user_s_mask(tmp_path, mask, mode):
    before = os.umask(mask)
    try:
        for write in writers(tmp_path / "new"):
            write()
            assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == mode
            (tmp_path / "new").unlink()
    finally:
        os.umask(before)


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
def test_an_older_file_keeps_its_permissions_and_a_link_stays_a_link(tmp_path, mode):
    kept, link = tmp_path / "kept", tmp_path / "link"
    kept.write_bytes(b"old")
    kept.chmod(mode)
    link.symlink_to(kept)
    for write in writers(link):
        kept.write_bytes(b"old")
        write()
        assert link.is_symlink()
        assert kept.read_bytes() == b"new"
        assert stat.S_IMODE(kept.stat().st_mode) == mode
    assert sorted(os.listdir(tmp_path)) == ["kept", "link"]


@pytest.mark.parametrize("length", [244, 250, 255])
def test_names_as_long_as_the_file_system_allows_can_be_written(tmp_path, length):
    place = tmp_path / ("n" * (length - 4) + ".png")
    for write in writers(place):
        write()
        assert place.read_bytes() == b"new"
        place.unlink()


def test_a_file_is_on_the_disk_before_it_has_its_name(tmp_path, monkeypatch):
    done = []
    sync, rename = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda handle: (done.append("fsync"), sync(handle)))
    monkeypatch.setattr(os, "replace", lambda *paths: (done.append("rename"), rename(*paths)))
    for write in writers(tmp_path / "new"):
        done.clear()
        write()
        assert done[:2] == ["fsync", "rename"]


def writers(place):
    """The three ways in which files are written."""

    def whole():
        with written_whole(place, "animation") as aside:
            (aside / place.name).write_bytes(b"new")

    return (
        lambda: write_atomically(place, b"new"),
        whole,
        lambda: write_all(place.parent, {place.name: b"new"}),
    )


@pytest.mark.skipif(not hasattr(os, "seteuid") or os.geteuid() != 0, reason="only root can become somebody else")
def test_a_folder_that_may_not_be_searched_is_refused_in_a_line(tmp_path):
    from explainer import Run

    closed = tmp_path / "closed"
    closed.mkdir()
    (closed / "a.png").write_bytes(b"x")
    closed.chmod(0o700)
    for place in tmp_path.parents:
        if place.stat().st_uid == os.getuid() and "pytest" in str(place):
            place.chmod(0o755)
    Run("convolution"), Run("cnn")  # what is imported is imported as root
    os.seteuid(65534)
    try:
        for act in (
            lambda: files.read_ordinary(closed / "a.png", 10),
            lambda: write_atomically(closed / "a.png", b"x"),
            lambda: Run("convolution", image="file", path=str(closed / "a.png")),
            lambda: Run("cnn", data="folder", folder=str(closed / "classes")),
        ):
            with pytest.raises(Refused):
                act()
    finally:
        os.seteuid(0)
