"""What every package of the program holds, and what is left out to keep it small.

The packages are made from the same wheel and the same lock file everywhere
(`requirements-users.lock`, each file checked by its hash); `debian.py` and `windows.py` put them
beside an interpreter.
"""

from __future__ import annotations

import compileall
import os
import py_compile
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
# Before any script imports the program: what is packed is this tree, whatever else is installed.
sys.path.insert(0, str(ROOT))
OUT = ROOT / "out" / "packages"
PYTHON = "3.11"
"""The version of the interpreter in every package; the wheels are made for it."""

ONLY_FROM_SOURCE = frozenset({"babel"})
"""Packages of the lock that only the source tree needs: the wheel holds the translations made."""

QT_MODULES = frozenset({"QtCore", "QtGui", "QtNetwork", "QtPrintSupport", "QtSvg", "QtWidgets"})
"""The modules of Qt the program imports; what only others need is left out."""

QT_TRANSLATIONS = re.compile(r"qtbase_(zh_CN|en)\.qm")

UNUSED = (
    # Some under doubtful licences: documents embed the fonts of the program.
    *("reportlab/fonts", "reportlab/platypus"),
    *("sqlalchemy/testing", "alembic/testing"),
    # Pictures are JPEG, PNG or WebP (`app.reports.media.photo.FORMATS`), and nothing is written
    # into them.
    *("PIL/_avif.*", "PIL/_imagingft.*", "PIL/_imagingtk.*", "pillow.libs/libavif-*"),
)
"""Parts of the libraries that the program never loads and that weigh something."""

_NOT_IN_STDLIB = frozenset(
    {
        *("test", "tkinter", "turtledemo", "idlelib", "lib2to3", "ensurepip", "pydoc_data"),
        *("site-packages", "dist-packages", "__pycache__", "lib-dynload"),
    }
)


@dataclass(frozen=True, slots=True)
class Target:
    """A system a package is made for."""

    tags: tuple[str, ...]
    """The platform tags of wheels it takes, the newest first."""
    markers: dict[str, str]
    """What it is, in the words of the lock file (PEP 508)."""
    objdump: str
    """The program that lists what a library needs."""
    plugins: tuple[str, ...]
    """Patterns of the plugins of Qt it needs."""
    lock: str = "requirements-users.lock"
    """The versions it gets."""


_NEW_TAGS = frozenset(f"manylinux_2_{minor}_x86_64" for minor in range(29, 36))
LINUX = Target(
    tags=(
        *(f"manylinux_2_{minor}_x86_64" for minor in range(35, 16, -1)),
        *("manylinux2014_x86_64", "manylinux_2_12_x86_64", "manylinux2010_x86_64"),
        *("manylinux_2_5_x86_64", "manylinux1_x86_64"),
    ),
    markers={"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    objdump="objdump",
    plugins=(
        "platforms/*xcb*",
        "platforms/*wayland*",
        "platforms/*offscreen*",
        "platforminputcontexts/*compose*",
        "platforminputcontexts/*ibus*",
        "platforminputcontexts/*fcitx*",
        "platformthemes/*xdgdesktopportal*",
        "xcbglintegrations/*",
        "wayland-decoration-client/*",
        "wayland-graphics-integration-client/*",
        "wayland-shell-integration/*",
        "iconengines/*",
        "imageformats/*qjpeg*",
        "imageformats/*qsvg*",
        "imageformats/*qico*",
        "printsupport/*",
        "styles/*",
    ),
)
OLD_LINUX = replace(
    LINUX,
    tags=tuple(tag for tag in LINUX.tags if tag not in _NEW_TAGS),
    lock="requirements-linux-old.lock",
)
"""Systems with glibc 2.28 to 2.33: UOS 20, Kylin V10, Debian 11."""
WINDOWS = Target(
    tags=("win_amd64",),
    markers={"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
    objdump="x86_64-w64-mingw32-objdump",
    plugins=(
        "platforms/qwindows*",
        "platforms/qoffscreen*",
        "iconengines/*",
        "imageformats/qjpeg*",
        "imageformats/qsvg*",
        "imageformats/qico*",
        "printsupport/*",
        "styles/*",
    ),
)


TOOLS = {
    **dict.fromkeys(("objdump", "strip"), "binutils"),
    **dict.fromkeys(("dpkg-shlibdeps", "dpkg-deb"), "dpkg-dev"),
    **dict.fromkeys((WINDOWS.objdump, "x86_64-w64-mingw32-windres"), "binutils-mingw-w64"),
    "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64",
    "appstreamcli": "appstream",
    "desktop-file-validate": "desktop-file-utils",
    "localedef": "libc-bin",
    "lintian": "lintian",
    "makensis": "nsis",
    "patchelf": "patchelf",
}
"""The programs the packages are made and tried with, and the Debian packages that hold them."""


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    """Run a program that must end well; what it printed."""
    program = str(command[0])
    if program in TOOLS and shutil.which(program) is None:
        raise SystemExit(f"{program} is missing: apt install {TOOLS[program]}")
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        errors = [line for line in done.stdout.splitlines() if "warning:" not in line]
        raise SystemExit("\n".join((f"{command[0]} ended with {done.returncode}:", *errors)))
    return done.stdout


def lock_lines(target: Target) -> Iterable[str]:
    """The lines of the lock file that hold for a system.

    pip answers the conditions of a lock file for the system it runs on, so they are answered here.
    """
    wanted = False
    for line in (ROOT / target.lock).read_text(encoding="utf-8").splitlines():
        if line and not line[0].isspace():
            requirement = Requirement(line.rstrip("\\ "))
            environment = {**target.markers, "python_full_version": f"{PYTHON}.0"}
            wanted = requirement.name not in ONLY_FROM_SOURCE and (
                requirement.marker is None or requirement.marker.evaluate(environment)
            )
            line = f"{requirement.name}{requirement.specifier} \\"
        if wanted:
            yield line


def install(site: Path, target: Target, scratch: Path) -> None:
    """Fill a folder with the program and all it runs on, trimmed and compiled."""
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet")
    lock = scratch / "packages.lock"
    lock.write_text("\n".join(lock_lines(target)) + "\n", encoding="utf-8")
    platform = [part for tag in target.tags for part in ("--platform", tag)]
    abis = [part for abi in ("cp311", "abi3", "none") for part in ("--abi", abi)]
    into = ("--target", site, "--no-deps", "--no-compile", "--only-binary=:all:")
    version = ("--python-version", PYTHON, "--implementation", "cp")
    run(*pip, "install", *into, *platform, *version, *abis, "--require-hashes", "-r", lock)
    run(*pip, "wheel", ROOT, "--no-deps", "--no-build-isolation", "-w", scratch)
    (wheel,) = scratch.glob("poscare-*.whl")
    run(*pip, "install", *into, "--no-index", wheel)
    trim(site, target)
    (site / "__main__.py").write_text(
        "from app.__main__ import main\n\nraise SystemExit(main())\n", encoding="utf-8"
    )


def trim(site: Path, target: Target) -> None:
    """Take away what only builders and testers of the libraries need, and of Qt all that the
    program never loads."""
    for folder in sorted(site.rglob("*"), reverse=True):
        if folder.is_dir() and folder.name in {"__pycache__", "tests", "bin", "include"}:
            shutil.rmtree(folder)
    for name in UNUSED:
        for path in site.glob(name):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for pattern in (
        "*.pyi",
        "*.pxd",
        "*.pyx",
        "*.h",
        "*.hpp",
        "*.lib",
        "py.typed",
        "direct_url.json",
    ):
        for path in site.rglob(pattern):
            path.unlink()
    _trim_qt(site, target)


def _trim_qt(site: Path, target: Target) -> None:
    qt = site / "PySide6"
    base = qt / "Qt" if (qt / "Qt").is_dir() else qt
    kept = {
        path
        for path in qt.iterdir()
        if path.suffix in {".so", ".pyd"} and path.name.split(".")[0] in QT_MODULES
    }
    kept |= {path for pattern in target.plugins for path in (base / "plugins").glob(pattern)}
    kept |= set((site / "shiboken6").glob("Shiboken.*"))
    kept |= needed(kept, [site / "PySide6", site / "shiboken6"], target)
    kept |= {path for path in qt.glob("*.py")}
    kept |= {path for path in (site / "shiboken6").glob("*.py")}
    for path in (*_files(qt), *_files(site / "shiboken6")):
        if path in kept or (qt / "support") in path.parents:
            continue
        if path.parent.name == "translations" and QT_TRANSLATIONS.fullmatch(path.name):
            continue
        path.unlink()
    remove_empty(qt)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() or path.is_symlink()]


def remove_empty(folder: Path) -> None:
    """Remove the folders in a folder that hold nothing."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def needed(roots: Iterable[Path], folders: Iterable[Path], target: Target) -> set[Path]:
    """The libraries in some folders that others need, and what those need in turn."""
    there: dict[str, list[Path]] = {}
    for folder in folders:
        for path in _files(folder):
            if ".so" in path.name or path.suffix in {".dll", ".pyd"}:
                there.setdefault(path.name.lower(), []).append(path)
    found: set[Path] = set()
    todo = list(roots)
    while todo:
        for name in imports(todo.pop(), target):
            for path in there.get(name, []):
                if path not in found:
                    found.add(path)
                    todo.append(path)
    return found


def imports(library: Path, target: Target) -> set[str]:
    """The names of the libraries a library asks the system for, in small letters."""
    listed = run(target.objdump, "-p", library)
    return {name.lower() for name in re.findall(r"^\s*(?:NEEDED|DLL Name:)\s+(\S+)", listed, re.M)}


def copy_stdlib(source: Path, into: Path) -> None:
    """Copy the Python part of the standard library, without its tests and its tools."""

    def left_out(_folder: str, names: list[str]) -> set[str]:
        return {n for n in names if n in _NOT_IN_STDLIB or n.startswith("config-") or n == "tests"}

    shutil.copytree(source, into, ignore=left_out)


def compile_all(folder: Path) -> None:
    """Compile all Python in a folder for a place where nobody may or should write later.  Its
    times are never looked at, as packers change them."""
    done = compileall.compile_dir(
        folder,
        quiet=2,
        stripdir=str(folder),
        workers=os.cpu_count() or 1,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    if not done:
        raise SystemExit(f"Not everything in {folder} can be compiled.")


def size(path: Path) -> str:
    """How large a file or all of a folder is, for people."""
    files = _files(path) if path.is_dir() else [path]
    total = sum(file.lstat().st_size for file in files)
    return f"{total / 1_000_000:.1f} MB"


def moment() -> int:
    """The time every file of a package bears: that of the last commit, so that the same source
    makes the same package."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    return int(given or run("git", "log", "-1", "--format=%ct"))


def draw_icon(side: int, path: Path) -> None:
    """The icon of the program as a picture."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    picture = QImage(side, side, QImage.Format.Format_ARGB32)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(str(ROOT / "resources" / "icons" / "poscare.svg")).render(painter)
    painter.end()
    path.parent.mkdir(parents=True, exist_ok=True)
    if not picture.save(str(path), "PNG"):
        raise SystemExit(f"cannot write {path}")
