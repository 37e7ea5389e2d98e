"""What the packages hold agrees with what the program needs; building them is tried by
`make test-deb` and `make test-windows`."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement

from app import __version__
from app.gui.toolkit.desktop import DESKTOP_NAME

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "resources" / "packaging"
DEBIAN = PACKAGING / "debian"


def load(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A script of the packages, which are no package of Python."""
    monkeypatch.syspath_prepend(str(PACKAGING))
    spec = importlib.util.spec_from_file_location(name, PACKAGING / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    return module


def pinned(lock: str) -> dict[str, str]:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    found = [Requirement(line.rstrip("\\ ")) for line in lines if line and line[0].isalnum()]
    return {one.name: str(one.specifier) for one in found}


def test_users_get_what_the_program_imports_and_no_tool_of_developers() -> None:
    users, developers = pinned("requirements-users.lock"), pinned("requirements.lock")
    assert users.items() <= developers.items()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {Requirement(one).name.lower() for one in project["dependencies"]}
    assert needed <= set(users)
    assert "psycopg" in users
    assert not {"pytest", "mypy", "ruff", "hatchling", "weasyprint", "hypothesis"} & set(users)


def test_old_linux_gets_the_same_but_an_older_qt(monkeypatch: pytest.MonkeyPatch) -> None:
    users, old = pinned("requirements-users.lock"), pinned("requirements-linux-old.lock")
    differing = {name for name, version in old.items() if users.get(name) != version}
    assert differing == {"pyside6-essentials", "shiboken6"}
    assert old["pyside6-essentials"].startswith("==6.8.")
    text = (ROOT / "requirements-linux-old.lock").read_text(encoding="utf-8")
    assert "--hash=sha256:" in text
    assert "://" not in text
    layout = load("layout", monkeypatch)
    lines = list(layout.lock_lines(layout.OLD_LINUX))
    assert any(line.startswith("pyside6-essentials==6.8.") for line in lines)
    assert "manylinux_2_28_x86_64" in layout.OLD_LINUX.tags
    assert "manylinux_2_34_x86_64" not in layout.OLD_LINUX.tags


@pytest.mark.parametrize(
    ("libc", "old"),
    [
        (("glibc", "2.28"), True),
        (("glibc", "2.33"), True),
        (("glibc", "2.34"), False),
        (("glibc", "2.36"), False),
        (("", ""), False),
    ],
)
def test_the_start_takes_the_lock_of_the_c_library(
    monkeypatch: pytest.MonkeyPatch, libc: tuple[str, str], old: bool
) -> None:
    spec = importlib.util.spec_from_file_location("run_script", ROOT / "run.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    monkeypatch.setattr(script.platform, "libc_ver", lambda: libc)
    assert script.lock_of_users() == (script.LOCK_OF_OLD_LINUX if old else script.LOCK_OF_USERS)
    assert script.lock_of_users().is_file()


def test_packages_hold_every_module_of_qt_the_program_imports(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    layout = load("layout", monkeypatch)
    imported = {
        name
        for path in (ROOT / "app").rglob("*.py")
        for name in re.findall(r"(?:from|import) PySide6\.(\w+)", path.read_text(encoding="utf-8"))
    }
    assert imported == layout.QT_MODULES


def test_each_system_gets_the_packages_made_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    layout = load("layout", monkeypatch)
    linux, windows = (
        {line.split("==")[0] for line in layout.lock_lines(target) if "==" in line}
        for target in (layout.LINUX, layout.WINDOWS)
    )
    assert "secretstorage" in linux - windows
    assert "pywin32-ctypes" in windows - linux
    assert "babel" not in linux | windows


def test_the_wheel_holds_every_folder_the_program_reads() -> None:
    built = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]
    included = set(built["build"]["targets"]["wheel"]["force-include"])
    folders = {
        f"resources/{path.name}"
        for path in (ROOT / "resources").iterdir()
        if path.is_dir() and path.name != "__pycache__"
    }
    assert folders - included == {"resources/packaging", "resources/screenshots"}


def test_the_desktop_knows_the_program_by_one_name(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = (DEBIAN / "poscare.desktop").read_text(encoding="utf-8")
    assert f"StartupWMClass={DESKTOP_NAME}\n" in entry
    metadata = ET.fromstring((DEBIAN / "poscare.metainfo.xml").read_text(encoding="utf-8"))
    assert metadata.findtext("id") == DESKTOP_NAME
    assert metadata.findtext("launchable") == f"{DESKTOP_NAME}.desktop"
    assert load("debian", monkeypatch).APPLICATION == DESKTOP_NAME
    for field in ("Name", "GenericName", "Comment", "Keywords"):
        assert re.search(rf"^{field}\[zh_CN\]=.*[\u4e00-\u9fff]", entry, re.M), field


def test_desktop_file_is_valid(tmp_path: Path) -> None:
    if shutil.which("desktop-file-validate") is None:
        pytest.skip("needs desktop-file-utils")
    copy = tmp_path / f"{DESKTOP_NAME}.desktop"
    shutil.copy(DEBIAN / "poscare.desktop", copy)
    done = subprocess.run(
        ["desktop-file-validate", str(copy)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_uninstaller_names_each_file_and_removes_no_folder_whole(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "Lib" / "inner").mkdir(parents=True)
    (tmp_path / "Lib" / "inner" / "a$b.py").touch()
    (tmp_path / "POSCare.exe").touch()
    lines = list(load("windows", monkeypatch).removal_lines(tmp_path))
    assert lines == [
        r'Delete "$INSTDIR\Lib\inner\a$$b.py"',
        r'Delete "$INSTDIR\POSCare.exe"',
        r'RMDir "$INSTDIR\Lib\inner"',
        r'RMDir "$INSTDIR\Lib"',
    ]
    script = (PACKAGING / "windows" / "poscare.nsi").read_text(encoding="utf-8")
    assert re.findall(r"RMDir /r .*", script) == [r'RMDir /r "$LOCALAPPDATA\POSCare"']


def test_manual_pages_say_the_same_in_both_languages() -> None:
    english, chinese = (
        (DEBIAN / name).read_text(encoding="utf-8") for name in ("poscare.1", "poscare.zh_CN.1")
    )
    for macro in (".SH ", ".TP", ".I ", ".B "):
        assert english.count(f"\n{macro}") == chinese.count(f"\n{macro}"), macro


def test_a_tool_that_is_missing_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every program the scripts call by name is one whose package is known."""
    layout = load("layout", monkeypatch)
    monkeypatch.setenv("PATH", "/nonexistent")
    for tool, package in layout.TOOLS.items():
        with pytest.raises(SystemExit, match=f"{tool} is missing: apt install {package}"):
            layout.run(tool, "--version")
    called = {
        name
        for path in PACKAGING.glob("*.py")
        for name in re.findall(r'run\(\s*\*?\(?"([a-z][\w-]+)"', path.read_text(encoding="utf-8"))
    }
    own = {"dpkg", "git", "apt-cache", "wineboot", "winecfg"}
    # Of every Mac, and without them there is no macOS to make a bundle for.
    own |= {"codesign", "hdiutil"}
    assert called - set(layout.TOOLS) <= own
    assert len(called) > 5


@pytest.mark.parametrize(
    "path", [".github/workflows/packages.yml", ".gitlab-ci.yml", ".workflow/packages.yml"]
)
def test_workflows_make_and_try_the_packages_by_the_same_commands(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    python = load("windows", monkeypatch).EMBEDDABLE
    for command in ("make test-deb", "make test-windows", f"make package-win EMBEDDED={python}"):
        assert f"{command}\n" in text, command
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"make ([\w-]+)", text):
        assert f"\n{target}:" in makefile, target


def test_the_stores_of_uos_find_everything_below_their_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qapp: object
) -> None:
    if shutil.which("dpkg") is None:
        pytest.skip("needs dpkg")
    debian = load("debian", monkeypatch)
    debian.copy_store_files(tmp_path)
    (opt,) = tmp_path.iterdir()
    assert opt.name == "opt"
    place = tmp_path / debian.STORE
    told = json.loads((place / "info").read_text(encoding="utf-8"))
    assert (told["appid"], told["version"]) == (debian.STORE_NAME, __version__)
    entry = (place / "entries/applications" / f"{debian.STORE_NAME}.desktop").read_text("utf-8")
    program = f"/{debian.STORE}/files/bin/poscare"
    assert f"\nExec={program}\n" in entry
    assert (tmp_path / program.lstrip("/")).is_file()
    assert f"\nIcon={debian.STORE_NAME}\n" in entry
    icons = list((place / "entries/icons").rglob(f"{debian.STORE_NAME}.*"))
    assert len(icons) == len(debian.ICON_SIDES) + 1
    for path in tmp_path.rglob("*"):
        if path.is_file() and path.suffix not in {".png", ".svg"}:
            assert not re.search(r"@[A-Z]+@", path.read_text(encoding="utf-8")), path
