"""The entry point: child processes of a packaged program, and output that fits any console."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from app import __version__, paths
from app import settings as settings_file
from app.__main__ import NO_WINDOW, main
from app.cli import main as run_verb
from app.services import Services
from app.settings import Settings
from tests.factories import make_incident, make_terminal
from tests.services.documents.paper import jpeg

ROOT = Path(__file__).parent.parent.parent
SPAWN = "from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=97, pipe_handle=98)"
FROZEN = """
import multiprocessing, sys
from app.services.documents.photos import PictureDecoder
sys.frozen = {frozen}
sys.executable = {program!r}
multiprocessing.set_executable({program!r})
if __name__ == "__main__":
    decoder = PictureDecoder()
    found = decoder.prepare(open({photo!r}, "rb").read())
    decoder.close()
    print(repr(found.problem), found.width)
"""


def start(*arguments: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    """The program as a shell starts it, its output going into a pipe."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")} | more
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        timeout=120,
        check=False,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="the program is played by a shell script")
@pytest.mark.parametrize("frozen", [True, False])
def test_a_packaged_program_decodes_pictures_instead_of_reading_a_command_line(
    tmp_path: Path, frozen: bool
) -> None:
    program = tmp_path / "poscare"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m app "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(jpeg(64, 48))
    script = tmp_path / "start.py"
    script.write_text(
        FROZEN.format(program=str(program), photo=str(photo), frozen=frozen), encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout == "'' 64\n", done.stderr
    assert "poscare" not in done.stderr, "a child reached the command line"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--multiprocessing-fork", "tracker_fd=97", "pipe_handle=98"),
        ("-c", SPAWN, "--multiprocessing-fork"),
        ("-c", "from multiprocessing.resource_tracker import main;main(97)"),
    ],
)
def test_no_child_ever_reaches_the_parser(arguments: tuple[str, ...]) -> None:
    done = start(*arguments)
    # The pipe it is told of is not there, so it ends; but not with the parser's refusal.
    assert done.returncode == 1
    assert b"Bad file descriptor" in done.stderr
    assert not paths.home().exists(), "a child opens no log and no data"


def test_a_word_like_it_in_a_text_is_no_child() -> None:
    done = start("incident", "list", "--multiprocessing-fork", "--lang", "en")
    assert done.returncode == 2
    assert b"Not understood: --multiprocessing-fork" in done.stderr


def test_the_program_says_its_version_in_a_fresh_process() -> None:
    done = start("--version")
    assert (done.returncode, done.stderr) == (0, b"")
    assert __version__ in done.stdout.decode()


@pytest.mark.parametrize(
    "module", ["app.cli", "app.gui.shell.application", "app.gui.shell.main_window", "app.bootstrap"]
)
def test_every_way_in_can_be_imported_first(module: str) -> None:
    """In a process of its own: a cycle shows only when nothing was imported before."""
    done = subprocess.run(
        [sys.executable, "-c", f"import {module}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_without_a_screen_the_window_says_so() -> None:
    nowhere = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}
    done = start(**nowhere)
    if sys.platform.startswith("linux"):
        assert done.returncode == 5
        assert "没有可用的屏幕" in done.stderr.decode()


@pytest.fixture
def estate(services: Services, settings: Settings) -> str:
    """A database with names that no code page but Unicode holds; its path."""
    made = make_terminal(
        services, serial="SN-0001", address="测试路 1 号", merchant_name="𠮷野家 ¥ ✓ Ångström"
    )
    make_incident(services, made, symptom="打印出来是空白 ✓")
    settings_file.save(settings, paths.settings_file())
    return str(services.context.database.path)


READING = (
    ("terminal", "find", "测试路"),
    ("terminal", "show", "SN-0001"),
    ("incident", "list"),
    ("incident", "show", "L7-000001"),
    ("plan", "list"),
    ("plan", "runs"),
    ("plan", "missed"),
    ("plan", "holidays"),
    ("plan", "compliance"),
    ("visit", "list"),
    ("insight",),
    ("report", "kinds"),
    ("report", "issued"),
    ("check",),
    ("backup", "--list"),
    ("knowledge", "check"),
    ("knowledge", "learned"),
    ("knowledge", "agreement"),
    ("diagnose", "--text", "打印出来是空白"),
    ("--help",),
    ("help",),
    ("terminal", "find", "没有这家 ✓"),
)


@pytest.mark.parametrize("encoding", ["gbk", "cp1252"])
def test_every_reading_verb_can_be_piped_in_every_encoding(
    estate: str, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    for arguments in READING:
        out, trouble = (TextIOWrapper(BytesIO(), encoding=encoding) for _ in range(2))
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "stderr", trouble)
        monkeypatch.setattr(sys, "argv", ["poscare", *arguments, "--db", estate])
        try:
            code = main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        out.flush()
        trouble.flush()
        # 1: the check found something to say, the diagnosis is not decided.
        assert code in {0, 1}, (arguments, trouble.buffer.getvalue())  # type: ignore[attr-defined]
        assert out.buffer.getvalue(), arguments  # type: ignore[attr-defined]
    monkeypatch.undo()


@pytest.mark.parametrize(
    ("asked", "locale", "reads"),
    [("gbk", "", "gb18030"), ("", "C", "utf-8")],
)
def test_a_redirected_list_is_whole(estate: str, asked: str, locale: str, reads: str) -> None:
    done = start(
        "terminal",
        "find",
        "SN-0001",
        "--db",
        estate,
        PYTHONIOENCODING=asked,
        LC_ALL=locale,
        PYTHONUTF8="0",
        PYTHONCOERCECLOCALE="0",
    )
    assert done.returncode == 0, done.stderr
    text = done.stdout.decode(reads)
    assert "𠮷野家 ¥ ✓ Ångström" in text


@pytest.mark.parametrize("encoding", ["cp1252", "gbk", "utf-8"])
def test_json_of_a_code_page_is_json_with_the_same_words(estate: str, encoding: str) -> None:
    """Bytes as a program gets them from a pipe: it takes JSON for UTF-8."""
    done = start("terminal", "find", "测试路", "--json", "--db", estate, PYTHONIOENCODING=encoding)
    assert json.loads(done.stdout)[0]["merchant_name"] == "𠮷野家 ¥ ✓ Ångström"


def test_every_json_printed_is_printed_that_way() -> None:
    """No verb writes JSON to the console by itself."""
    for path in (ROOT / "app" / "cli").glob("*.py"):
        printed = path.read_text(encoding="utf-8").count("print(json.dumps(")
        assert printed == (path.name == "printing.py"), path.name


@pytest.mark.parametrize("arguments", [(), ("--lang", "en"), ("--lang=en",)])
def test_a_language_without_a_verb_asks_for_the_window(arguments: tuple[str, ...]) -> None:
    """Where there is no screen, the window says so."""
    none = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}
    done = start(*arguments, **none)
    assert (done.returncode, done.stdout) == (NO_WINDOW, b"")
    assert b"poscare --help" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(("--db", "x.db"), "POSCARE_HOME"), (("--json",), "请说明要做什么")],
)
def test_without_a_verb_it_says_what_opens_the_window(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], told: str
) -> None:
    with pytest.raises(SystemExit) as stopped:
        run_verb([*arguments, "--lang", "zh"])
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert told in said
    assert "poscare --help" in said
