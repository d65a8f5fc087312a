"""Whether a window can be opened here, found out without Qt: Qt ends the whole process where it cannot."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import re
import socket
import sys
from pathlib import Path

from explainer.contract.refused import Refused

INSTEAD = "use `explainer run SCENE --out DIR`, which needs no screen"
ON_A_SCREEN = {"", "xcb", "wayland", "wayland-egl"}
"""The values of ``QT_QPA_PLATFORM`` with which Qt on Linux looks for a display."""
PACKAGES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
}
"""The Debian and Ubuntu package of each system library that a bare machine may lack."""


def check_display() -> None:
    """Raise :class:`Refused` if Qt would find no display, or lacks a library to use it."""
    platform = os.environ.get("QT_QPA_PLATFORM", "").split(";")[0].split(":")[0]
    if not sys.platform.startswith("linux") or platform not in ON_A_SCREEN:
        return
    wayland, display = os.environ.get("WAYLAND_DISPLAY", ""), os.environ.get("DISPLAY", "")
    if not wayland and not display:
        raise Refused(f"no display is there to open a window on; {INSTEAD}")
    if platform != "xcb" and wayland and _wayland_answers(wayland):
        return
    if not display:
        raise Refused(f"the display {wayland!r} (WAYLAND_DISPLAY) does not answer; {INSTEAD}")
    _check_plugin()
    if not _x_answers():
        raise Refused(f"the display {display!r} (DISPLAY) does not answer; {INSTEAD}")


def check_qt() -> None:
    """Raise :class:`Refused` if pictures cannot be painted: better before a long run than after it."""
    try:
        import PySide6.QtWidgets  # noqa: F401
    except ImportError as error:
        raise missing_library(error) from None


def missing_library(error: Exception) -> Refused:
    """Return the refusal that names the library whose absence ``error`` reports, and its package."""
    found = re.search(r"(lib[\w.+-]+\.so[\w.]*): cannot open", str(error))
    if found is None:
        return Refused(f"Qt cannot be loaded: {error}")
    name = found.group(1)
    package = f" (Debian and Ubuntu: apt install {PACKAGES[name]})" if name in PACKAGES else ""
    return Refused(f"the system library {name} is missing: install it{package}")


def _wayland_answers(name: str) -> bool:
    place = Path(os.environ.get("XDG_RUNTIME_DIR", "/"), name)
    with socket.socket(socket.AF_UNIX) as line:
        try:
            line.connect(str(place))
        except OSError:
            return False
    return True


def _check_plugin() -> None:
    """Load Qt's plugin for X, which Qt will load anyway; the error names what it lacks."""
    qt = importlib.util.find_spec("PySide6")
    for place in (qt.submodule_search_locations or ()) if qt else ():
        plugin = Path(place, "Qt", "plugins", "platforms", "libqxcb.so")
        if plugin.is_file():
            try:
                ctypes.CDLL(str(plugin))
            except OSError as error:
                raise missing_library(error) from None


def _x_answers() -> bool:
    """Return whether the X server lets us in: name, network and permission are as Qt will find them."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError as error:
        raise missing_library(error) from None
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    failed = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not failed
