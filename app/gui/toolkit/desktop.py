"""The Qt application, and what the desktop and Qt must be told before it is made."""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app import __version__, paths

DESKTOP_NAME = "io.poscare.POSCare"
"""What desktops know the program by: its desktop file on Linux, its task bar entry on Windows."""

INPUT_METHOD = "QT_IM_MODULE"
"""The environment variable that names the plugin for typing Chinese."""

IBUS_BY_PORTAL = "IBUS_USE_PORTAL"
"""Lets Qt reach IBus by its service on the session bus (``org.freedesktop.portal.IBus``), which
fcitx 5 offers too."""


def application(arguments: Sequence[str] = ()) -> QApplication:
    """The Qt application, named; the one there is, if there is."""
    made = QApplication.instance()
    if not isinstance(made, QApplication):
        meet()
        made = QApplication([*arguments] or sys.argv)
    QCoreApplication.setOrganizationName("POSCare")
    QCoreApplication.setApplicationName("POSCare")
    QCoreApplication.setApplicationVersion(__version__)
    # Kept in the data folder, so that a copied data folder has its own window places.
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(
        QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(paths.window_places())
    )
    return made


def meet() -> None:
    """Say who this program is, and choose how Chinese is typed."""
    QGuiApplication.setDesktopFileName(DESKTOP_NAME)
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID(DESKTOP_NAME)
    elif sys.platform.startswith("linux"):
        choose_input_method(os.environ)


def choose_input_method(environment: MutableMapping[str, str]) -> None:
    """Name another way to the input method where Qt has no plugin for the one asked for.

    The wheels of Qt bring a plugin for IBus and none for fcitx, which most Chinese desktops ask
    for, and Qt then types Latin letters without a word.  fcitx 5 also answers as IBus does.
    """
    asked = environment.get(INPUT_METHOD, "")
    if not asked and not environment.get("WAYLAND_DISPLAY"):
        # What programs on X11 older than that variable go by.
        asked = environment.get("XMODIFIERS", "").removeprefix("@im=")
    if asked.startswith("fcitx") and not _has_plugin(asked):
        environment[INPUT_METHOD] = "ibus"
        # Else Qt asks for an ibus-daemon in the search path, which a desktop with fcitx lacks.
        environment[IBUS_BY_PORTAL] = "1"
        # Qt 6.7 and newer look here first.
        environment.pop(f"{INPUT_METHOD}S", None)


def _has_plugin(name: str) -> bool:
    plugins = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath))
    return any((plugins / "platforminputcontexts").glob(f"lib{name}platforminputcontext*"))
