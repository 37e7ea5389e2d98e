"""A wheel carries its resources: installed elsewhere, the program starts from any folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import __version__

ROOT = Path(__file__).resolve().parents[2]


def finished(*command: str, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        command,
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without a network and unpacked into a folder of its own."""
    place = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input")
    offline = ("--no-deps", "--no-index")
    finished(
        *pip, "wheel", str(ROOT), *offline, "--no-build-isolation", "-w", str(place), cwd=place
    )
    (wheel,) = place.glob("poscare-*.whl")
    site = place / "site"
    finished(
        *pip, "install", *offline, "--no-compile", "--target", str(site), str(wheel), cwd=place
    )
    return site


def poscare(site: Path, folder: Path, *arguments: str) -> str:
    """Run the program of the wheel from another folder, out of sight of the source tree."""
    start = (
        "import sys; sys.path.insert(0, sys.argv.pop(1));"
        "from app import __main__ as entry; from app import paths;"
        "assert str(paths.resources()).startswith(sys.path[0]), paths.resources();"
        "sys.exit(entry.main())"
    )
    return finished(
        sys.executable,
        "-P",
        "-c",
        start,
        str(site),
        *arguments,
        cwd=folder,
        PYTHONPATH="",
        POSCARE_HOME=str(folder / "home"),
    )


def test_the_program_of_the_wheel_says_its_version(installed: Path, tmp_path: Path) -> None:
    assert poscare(installed, tmp_path, "--version").strip() == f"POSCare {__version__}"


def test_the_program_of_the_wheel_finds_words_knowledge_and_sample(
    installed: Path, tmp_path: Path
) -> None:
    assert "退出码" in poscare(installed, tmp_path, "help")
    assert '"probability"' in poscare(installed, tmp_path, "diagnose", "--code", "51", "--json")
    shipped = installed / "app" / "_resources"
    assert all((shipped / name).is_dir() for name in ("fonts", "icons", "plans", "sample"))


def test_the_wheel_names_the_command(installed: Path) -> None:
    (entry,) = installed.glob("poscare-*.dist-info/entry_points.txt")
    assert "poscare = app.__main__:main" in entry.read_text()
