"""Without arguments the window, with a verb the command line."""

from __future__ import annotations

import codecs
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app import __version__

if TYPE_CHECKING:
    from app.services import Services
    from app.settings import Settings

_FORK = "--multiprocessing-fork"
_CHILD = re.compile(
    r"from multiprocessing\.(spawn|resource_tracker) import (?:spawn_main|main);"
    r" ?(?:spawn_main|main)\(([\w=, ]*)\)"
)
"""The code Python gives a child on its command line (`multiprocessing.spawn.get_command_line`,
`multiprocessing.resource_tracker`), where it takes the program for an interpreter."""

NO_WINDOW = 5
"""The exit code when there is no screen to open a window on."""


def main() -> int:
    """The entry point of ``poscare`` and ``python -m app``."""
    _serve_as_child()
    speak_safely()
    if sys.argv[1:] == ["--version"]:
        # Answered without the verbs, which take seconds to import on a slow laptop.
        sys.stdout.write(f"POSCare {__version__}\n")
        return 0
    language = _window_language(sys.argv[1:])
    if language is None:
        from app.cli import main as run_verb

        return run_verb(sys.argv[1:], _pictures)
    if not _has_screen():
        sys.stderr.write(
            "没有可用的屏幕，无法打开窗口；可在命令行使用：poscare --help\n"
            "There is no screen to open a window on; for the command line: poscare --help\n"
        )
        return NO_WINDOW
    try:
        from app.gui.shell.start import start
    except ImportError as missing:
        if sys.stderr is not None:
            sys.stderr.write(f"窗口组件无法加载 / The window cannot be loaded: {missing}\n")
        return NO_WINDOW
    return start(language)


def _window_language(arguments: list[str]) -> str | None:
    """The language asked for when nothing but the window is, empty for that of the settings; None
    when the command line has to answer."""
    from app.languages import LANGUAGES

    given = " ".join(arguments).replace("--lang=", "--lang ").split()
    if not given:
        return ""
    return given[1] if given[:1] == ["--lang"] and given[1:] in [[x] for x in LANGUAGES] else None


def _serve_as_child() -> None:
    """Become the child process Python asked for; returns when this is no child.

    A packaged program is its own interpreter, so `multiprocessing` starts its children by calling
    this program: they must not reach the command line.  `multiprocessing.freeze_support` does
    this on Windows only and only when ``sys.frozen`` is set, which not every packer does.
    """
    arguments = sys.argv[1:]
    if not any("multiprocessing" in argument for argument in arguments):
        return
    from multiprocessing import resource_tracker, spawn

    code = arguments[arguments.index("-c") + 1] if "-c" in arguments[:-1] else ""
    found = _CHILD.fullmatch(code)
    if found is not None and found[1] == "resource_tracker":
        resource_tracker.main(int(found[2]))
        raise SystemExit(0)
    if found is not None and arguments[-1] == _FORK:
        # The form `freeze_support` knows.
        sys.argv[1:] = [_FORK, *found[2].replace(" ", "").split(",")]
    spawn.freeze_support()


def _has_screen() -> bool:
    """Whether Qt will find one: without, it ends the process with a crash."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(n) for n in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def speak_safely() -> None:
    """Let output never end the program, whatever a console or pipe takes; nor input.

    Chinese code pages become GB18030, which extends them by all of Unicode.  Pipes and files of a
    code page without Chinese (Western Windows) get UTF-8, unless ``PYTHONIOENCODING`` asks for it.
    What is still impossible is written as an escape, so that nothing is lost.
    """
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding=_encoding(stream), errors="backslashreplace")


def _encoding(stream: Any) -> str:
    name = codecs.lookup(stream.encoding).name
    if name in {"gbk", "gb2312", "hz"}:
        return "gb18030"
    if os.environ.get("PYTHONIOENCODING") or stream.isatty():
        return name
    try:
        "终端".encode(name)
    except UnicodeEncodeError:
        return "utf-8"
    return name


def _pictures(services: Services, settings: Settings, folder: Path) -> list[Path]:
    """Pictures of every page of the window; Qt is loaded only for them."""
    from app.gui.shell.screens import render_pages

    return render_pages(services, settings, folder)


if __name__ == "__main__":
    raise SystemExit(main())
