"""Files and folders that a run reads: found again wherever its run file is opened, and known by what they hold.

A run file embeds what is small. What is larger it names from the root, and from its own folder where it lies there,
together with a hash that is checked: a run is never lived on other data without a word.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import msgspec
from platformdirs import user_cache_path

from explainer.contract.fields import Text
from explainer.contract.files import inside, is_folder, is_ordinary, path_of, read_ordinary, write_atomically
from explainer.contract.recipe import Recipe
from explainer.contract.refused import Refused, shown
from explainer.contract.scene import Scene

SMALL = 256 * 2**10
"""Bytes of a file that is embedded, at the most."""
WHOLE = 256 * 2**20
"""Bytes of a file of which every one counts for the hash; of a larger one its size, beginning and end do."""
ENDS = 16 * 2**20
MOST_FILES = 20_000


class Pin(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a parameter's file or folder held when the run file was written."""

    sha256: str
    beside: str = ""
    """Its path from the folder of the run file, if it lies there."""
    content: str = ""
    """A small file's bytes in base64."""


def pins_of(recipe: Recipe, scene: Scene, folder: Path | None) -> dict[str, Pin]:
    """Return parameter → pin for all that the run reads; ``folder`` is that of the run file, if it has one."""
    found = {}
    for name, value in _read(recipe.parameters, scene):
        try:
            digest = digest_of(Path(value))
            raw = _small(Path(value))
        except Refused:
            continue  # it is gone: the run file can still say where it was
        content = base64.b64encode(raw).decode() if raw is not None else ""
        found[name] = Pin(digest, _beside(value, folder), content)
    return found


def _read(parameters: Mapping[str, Any], scene: Scene) -> Iterator[tuple[str, str]]:
    """Give name and value of each parameter that names something which is read."""
    for name, declared in scene.parameters.declarations.items():
        value = parameters.get(name)
        if not (isinstance(declared, Text) and declared.names and isinstance(value, str) and value.strip()):
            continue
        if all(parameters.get(other) in allowed for other, allowed in declared.read_when.items()):
            yield name, value


def _small(path: Path) -> bytes | None:
    if not is_ordinary(path) or path.stat().st_size > SMALL:
        return None
    return read_ordinary(path, SMALL)


def _beside(value: str, folder: Path | None) -> str:
    if folder is None:
        return ""
    try:
        return Path(value).resolve().relative_to(folder.resolve()).as_posix()
    except (OSError, ValueError, RuntimeError):
        return ""


def digest_of(path: Path) -> str:
    """Return the hash of a file, or of the names and contents of a folder's files; raise :class:`Refused`."""
    if not is_folder(path):
        return str(_of_file(path).hexdigest())
    found = hashlib.sha256()
    for count, file in enumerate(_files(path)):
        if count >= MOST_FILES:
            raise Refused(f"{path} holds more than {MOST_FILES:,} files: name a smaller folder")
        found.update(f"{file.relative_to(path).as_posix()}\0{_of_file(file).hexdigest()}\n".encode(errors="replace"))
    return found.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    """Give the files of a folder and of the folders in it."""
    for place in inside(folder):
        if is_ordinary(place):
            yield place
        elif is_folder(place):
            yield from (deeper for deeper in inside(place) if is_ordinary(deeper))


def _of_file(path: Path) -> Any:
    try:
        if not is_ordinary(path):
            raise Refused(f"{path} is no file that can be read")
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size <= WHOLE:
                return hashlib.file_digest(file, "sha256")
            found = hashlib.sha256(str(size).encode() + file.read(ENDS))
            file.seek(-ENDS, os.SEEK_END)
            found.update(file.read(ENDS))
            return found
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}") from None


def located(
    recipe: Recipe, pins: Mapping[str, Pin], scene: Scene, folder: Path | None, replaced: Collection[str] = ()
) -> Recipe:
    """Return the recipe with the paths of this machine for all that it reads; raise :class:`Refused`.

    ``folder`` is that of the run file; parameters that are going to be ``replaced`` are left alone.
    """
    values = {name: declared.default for name, declared in scene.parameters.declarations.items()} | recipe.parameters
    for name in pins:
        declared = scene.parameters.declaration(name)
        if not isinstance(declared, Text) or not declared.names:
            raise Refused(f"files: {name} names no file", about=name)
    found = {}
    for name, value in _read(values, scene):
        if name not in replaced:
            found[name] = _pinned(name, value, pins[name], folder) if name in pins else _unpinned(name, value, folder)
    return msgspec.structs.replace(recipe, parameters={**recipe.parameters, **found}) if found else recipe


def _unpinned(name: str, value: str, folder: Path | None) -> str:
    """Return the path that an older run file names; one from nowhere is looked for beside the run file alone."""
    if _from_root(value):
        return value
    if folder is not None and (is_ordinary(folder / value) or is_folder(folder / value)):
        return str((folder / value).absolute())
    where = f"beside the run file, in {folder}" if folder is not None else "without a run file beside it"
    raise Refused(
        f"{name} = {shown(value)} is refused: nothing of that name is there {where}; name it from its root", name
    )


def _from_root(value: str) -> bool:
    return value.startswith("~") or Path(value).is_absolute() or PureWindowsPath(value).is_absolute()


def _pinned(name: str, value: str, pin: Pin, folder: Path | None) -> str:
    """Return where the very file is, a small one from the run file itself if it is nowhere else."""
    there = []
    for place in _places(name, value, pin, folder):
        try:
            if digest_of(place) == pin.sha256:
                return str(place.absolute())
            there.append(place)
        except Refused:
            continue
    if pin.content:
        return str(_unpacked(name, value, pin))
    if there:
        raise Refused(
            f"{name} = {shown(value)} is refused: what is there now is not what the run was made with; "
            f"put that back, or give another with --set {name}=…",
            about=name,
        )
    raise Refused(
        f"{name} = {shown(value)} is refused: it is not there; put it back or beside the run file, "
        f"or give another with --set {name}=…",
        about=name,
    )


def _places(name: str, value: str, pin: Pin, folder: Path | None) -> Iterator[Path]:
    if _from_root(value):
        yield path_of(value, name)
    if folder is not None and pin.beside:
        beside = PurePosixPath(pin.beside)
        if beside.is_absolute() or ".." in beside.parts:
            raise Refused(f"files: {name} is not beside the run file: {shown(pin.beside)}", about=name)
        yield folder / beside


def _unpacked(name: str, value: str, pin: Pin) -> Path:
    """Write an embedded file where it can be read, under a name made of its hash; return its path."""
    try:
        raw = base64.b64decode(pin.content, validate=True)
    except (binascii.Error, ValueError):
        raise Refused(f"files: what is embedded for {name} is damaged", about=name) from None
    if len(raw) > SMALL or hashlib.sha256(raw).hexdigest() != pin.sha256:
        raise Refused(f"files: what is embedded for {name} does not have the hash that stands there", about=name)
    plain = PureWindowsPath(value).name[-100:].replace("\0", "") or "file"
    place = user_cache_path("explainer", appauthor=False) / "files" / pin.sha256[:16] / plain
    if not is_ordinary(place) or place.read_bytes() != raw:
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Refused(f"{name}: {place.parent} cannot be made: {error.strerror}", about=name) from None
        write_atomically(place, raw)
    return place
