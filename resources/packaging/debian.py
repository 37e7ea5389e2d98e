"""Makes the Debian package: ``python resources/packaging/debian.py`` on Debian or Ubuntu.

With ``--store`` it is laid out as the stores of UOS and Kylin ask for: everything below
``/opt/apps``, with an ``info`` file and the entries of the desktop apart from the files.

The package holds its own interpreter and libraries under ``/usr/lib/poscare``, so that it also runs
where the system's Python is another one.  It asks for the C library of the machine it is made on
or a newer one; `requirements-users.lock` says which Qt and with it which systems.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import re
import shutil
import sys
import sysconfig
import time
from email.utils import formatdate
from pathlib import Path

import layout

from app import __version__

HERE = Path(__file__).resolve().parent / "debian"
APPLICATION = "io.poscare.POSCare"
"""The name of desktop file and AppStream data (`app.gui.toolkit.desktop.DESKTOP_NAME`)."""

ICON_SIDES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
PRIVATE = Path("usr/lib/poscare")
STORE_NAME = "io.poscare.poscare"
"""What stores call the package: a name of a domain, in small letters."""
STORE = Path("opt/apps") / STORE_NAME

STORE_PERMISSIONS = (
    *("autostart", "notification", "trayicon", "clipboard", "account", "bluetooth"),
    *("camera", "audio_record", "installed_apps"),
)
"""What the ``info`` file of UOS asks for by name."""

_NOT_LOADED = re.compile(
    r"(_sqlite3|_tkinter|_test\w*|_ctypes_test|_curses\w*|readline|_dbm|_gdbm|nis|ossaudiodev"
    r"|_crypt|_?xx\w*|xxlimited\w*|spwd)\."
)
"""Extensions of the standard library the program never loads; some need packages of their own."""

CONTROL = """\
Package: {name}
Version: {version}
Architecture: {architecture}
Maintainer: POSCare <poscare@poscare.example>
Installed-Size: {size}
Depends: {depends}
Recommends: fonts-noto-cjk | fonts-wqy-microhei, xdg-utils
Suggests: fcitx5 | ibus
Section: misc
Priority: optional
Description: keep POS payment terminals working
 POSCare logs abnormal POS terminals, guides technicians to the class of
 the fault with reasons, prints service reports and schedules the
 recommended maintenance. It works without a network.
 .
 POSCare 终端维保：登记终端异常、判断故障类别、打印维修服务单、安排巡检，无需网络。
"""


def main() -> int:
    """Make the package; print where it is and how large."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--old-linux", action="store_true", help="for glibc 2.28 to 2.33")
    parser.add_argument("--store", action="store_true", help="for the stores of UOS and Kylin")
    given = parser.parse_args()
    target = layout.OLD_LINUX if given.old_linux else layout.LINUX
    started = time.monotonic()
    work = layout.OUT / "deb"
    shutil.rmtree(work, ignore_errors=True)
    tree, scratch = work / "tree", work / "scratch"
    scratch.mkdir(parents=True)
    inner = STORE / "files" if given.store else PRIVATE
    private = tree / inner
    layout.install(private / "packages", target, scratch)
    copy_interpreter(private)
    strip(private)
    layout.compile_all(private)
    if given.store:
        copy_store_files(tree)
    else:
        copy_shared_files(tree)
    set_modes(tree, inner)
    package = pack(tree, scratch, STORE_NAME if given.store else "poscare")
    print(
        f"{package.relative_to(layout.ROOT)}: {layout.size(package)}, installed"
        f" {layout.size(tree)}, made in {time.monotonic() - started:.0f} s"
    )
    return 0


def copy_interpreter(private: Path) -> None:
    """The interpreter this runs on, its library when that is shared, and the standard library."""
    variables = sysconfig.get_config_vars()
    name = f"python{layout.PYTHON}"
    if sysconfig.get_python_version() != layout.PYTHON:
        raise SystemExit(f"Make the package with Python {layout.PYTHON}.")
    program = private / "bin" / name
    program.parent.mkdir(parents=True)
    base = Path(sys.base_prefix)
    shutil.copy(base / "bin" / name, program)
    stdlib = Path(
        sysconfig.get_path("stdlib", vars={"base": str(base), "installed_base": str(base)})
    )
    layout.copy_stdlib(stdlib, private / "lib" / name)
    loaded = private / "lib" / name / "lib-dynload"
    loaded.mkdir()
    for extension in (stdlib / "lib-dynload").glob("*.so"):
        if not _NOT_LOADED.match(extension.name):
            shutil.copy(extension, loaded)
    if variables.get("Py_ENABLE_SHARED"):
        shutil.copy(Path(variables["LIBDIR"]) / variables["INSTSONAME"], private / "lib")
        layout.run("patchelf", "--set-rpath", "$ORIGIN/../lib", program)


def strip(private: Path) -> None:
    """Take out what only those who debug need: a third of the libraries of the wheels."""
    for path in private.rglob("*"):
        if path.is_file() and not path.is_symlink() and _is_program(path):
            layout.run("strip", "--strip-unneeded", path)


def _is_program(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def copy_shared_files(tree: Path) -> None:
    """What the desktop, the manual reader and the package tools look for."""
    share = tree / "usr" / "share"
    day = time.strftime("%Y-%m-%d", time.gmtime(layout.moment()))
    words = {"@VERSION@": __version__, "@DATE@": day, "@PRIVATE@": f"/{PRIVATE}"}
    words["@PROGRAM@"] = "poscare"
    place(HERE / "poscare.sh", tree / "usr" / "bin" / "poscare", words)
    place(HERE / "poscare.desktop", share / "applications" / f"{APPLICATION}.desktop", words)
    metadata = f"{APPLICATION}.metainfo.xml"
    place(HERE / "poscare.metainfo.xml", share / "metainfo" / metadata, words)
    place(HERE / "lintian-overrides", share / "lintian" / "overrides" / "poscare", words)
    place(HERE / "copyright", share / "doc" / "poscare" / "copyright", words)
    compress(HERE / "poscare.1", share / "man" / "man1" / "poscare.1.gz", words)
    compress(HERE / "poscare.zh_CN.1", share / "man" / "zh_CN" / "man1" / "poscare.1.gz", words)
    words["@MOMENT@"] = formatdate(layout.moment())
    compress(HERE / "changelog", share / "doc" / "poscare" / "changelog.gz", words)
    compress(layout.ROOT / "CHANGELOG.md", share / "doc" / "poscare" / "NEWS.md.gz", {})
    shutil.copy(layout.ROOT / "NOTICE", share / "doc" / "poscare" / "NOTICE")
    draw_icons(share / "icons" / "hicolor", "poscare")


def copy_store_files(tree: Path) -> None:
    """What the stores and desktops of UOS and Kylin look for."""
    files, entries = tree / STORE / "files", tree / STORE / "entries"
    program = f"/{STORE}/files/bin/poscare"
    words = {"@PRIVATE@": f"/{STORE}/files", "@PROGRAM@": program}
    place(HERE / "poscare.sh", files / "bin" / "poscare", words)
    shown = entries / "applications" / f"{STORE_NAME}.desktop"
    place(HERE / "poscare.desktop", shown, words)
    text = shown.read_text(encoding="utf-8").replace("Icon=poscare", f"Icon={STORE_NAME}")
    shown.write_text(text, encoding="utf-8")
    draw_icons(entries / "icons" / "hicolor", STORE_NAME)
    for name in ("LICENSE", "NOTICE"):
        shutil.copy(layout.ROOT / name, files / name)
    told = {
        "appid": STORE_NAME,
        "name": "POSCare 终端维保",
        "version": __version__,
        "arch": [layout.run("dpkg", "--print-architecture").strip()],
        # Nothing that a desktop gives out only when asked: no camera, no place, no start by itself.
        "permissions": dict.fromkeys(STORE_PERMISSIONS, False),
        "support-plugins": [],
        "plugins": [],
    }
    (tree / STORE / "info").write_text(
        json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )


def draw_icons(icons: Path, name: str) -> None:
    """The icon in every size desktops show."""
    for side in ICON_SIDES:
        layout.draw_icon(side, icons / f"{side}x{side}" / "apps" / f"{name}.png")
    scalable = icons / "scalable" / "apps" / f"{name}.svg"
    scalable.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(layout.ROOT / "resources" / "icons" / "poscare.svg", scalable)


def _filled(source: Path, words: dict[str, str]) -> bytes:
    text = source.read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace(word, value)
    return text.encode()


def place(source: Path, path: Path, words: dict[str, str]) -> None:
    """Copy a file, with its words filled in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_filled(source, words))


def compress(source: Path, path: Path, words: dict[str, str]) -> None:
    """Copy a file compressed as Debian wants it: as small as can be and without a time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(_filled(source, words), 9, mtime=0))


def set_modes(tree: Path, private: Path) -> None:
    """Who may do what: all may read, and run only what is a program; all of one time."""
    programs = {tree / "usr/bin/poscare", *(tree / private / "bin").iterdir()}
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path in programs else 0o644)
        os.utime(path, (layout.moment(),) * 2, follow_symlinks=False)


def depends(tree: Path, scratch: Path) -> str:
    """What the libraries in the package need of the system, as Debian's own tool finds it."""
    (scratch / "debian").mkdir()
    (scratch / "debian" / "control").write_text(
        "Source: poscare\n\nPackage: poscare\nArchitecture: any\n"
    )
    libraries = [
        path
        for path in tree.rglob("*")
        if path.is_file() and not path.is_symlink() and _is_program(path)
    ]
    private = sorted({f"-l{path.parent}" for path in libraries})
    found = layout.run(
        *("dpkg-shlibdeps", "-O", "--ignore-missing-info", "--warnings=0", *private),
        *(f"-e{path}" for path in libraries),
        cwd=scratch,
    )
    line = re.search(r"^shlibs:Depends=(.+)$", found, re.M)
    if line is None:
        raise SystemExit("dpkg-shlibdeps names nothing the package needs.")
    return line[1]


def pack(tree: Path, scratch: Path, name: str) -> Path:
    """The package of a tree."""
    control = tree / "DEBIAN"
    control.mkdir()
    needs = depends(tree, scratch)
    sums = "".join(
        f"{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}"
        f"  {path.relative_to(tree)}\n"
        for path in sorted(tree.rglob("*"))
        if path.is_file() and not path.is_symlink()
    )
    kilobytes = sum(-(-path.lstat().st_size // 1024) or 1 for path in tree.rglob("*"))
    architecture = layout.run("dpkg", "--print-architecture").strip()
    (control / "md5sums").write_text(sums)
    (control / "control").write_text(
        CONTROL.format(
            name=name, version=__version__, architecture=architecture, size=kilobytes, depends=needs
        ),
        encoding="utf-8",
    )
    for path in (control / "md5sums", control / "control"):
        path.chmod(0o644)
    control.chmod(0o755)
    package = layout.OUT / f"{name}_{__version__}_{architecture}.deb"
    os.environ["SOURCE_DATE_EPOCH"] = str(layout.moment())
    layout.run("dpkg-deb", "--root-owner-group", "-Zxz", "--build", tree, package)
    return package


if __name__ == "__main__":
    raise SystemExit(main())
