"""Makes the Debian package: ``python resources/packaging/debian.py`` on Debian or Ubuntu.

The package holds its own interpreter and libraries under ``/usr/lib/poscare``, so that it also runs
where the system's Python is another one.  It asks for the C library of the machine it is made on
or a newer one; `requirements-users.lock` says which Qt and with it which systems.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import os
import re
import shutil
import sys
import sysconfig
import time
from email.utils import formatdate
from pathlib import Path

import layout

sys.path.insert(0, str(layout.ROOT))

from app import __version__

HERE = Path(__file__).resolve().parent / "debian"
APPLICATION = "io.poscare.POSCare"
"""The name of desktop file and AppStream data (`app.gui.toolkit.desktop.DESKTOP_NAME`)."""

ICON_SIDES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
PRIVATE = Path("usr/lib/poscare")

_NOT_LOADED = re.compile(
    r"(_sqlite3|_tkinter|_test\w*|_ctypes_test|_curses\w*|readline|_dbm|_gdbm|nis|ossaudiodev"
    r"|_crypt|_?xx\w*|xxlimited\w*|spwd)\."
)
"""Extensions of the standard library the program never loads; some need packages of their own."""

CONTROL = """\
Package: poscare
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
    target = layout.OLD_LINUX if parser.parse_args().old_linux else layout.LINUX
    started = time.monotonic()
    work = layout.OUT / "deb"
    shutil.rmtree(work, ignore_errors=True)
    tree, scratch = work / "tree", work / "scratch"
    scratch.mkdir(parents=True)
    private = tree / PRIVATE
    layout.install(private / "packages", target, scratch)
    copy_interpreter(private)
    layout.compile_all(private)
    copy_shared_files(tree)
    set_modes(tree)
    package = pack(tree, scratch)
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
    for path in (program, *(private / "lib").rglob("*.so*")):
        layout.run("strip", "--strip-unneeded", path)


def copy_shared_files(tree: Path) -> None:
    """What the desktop, the manual reader and the package tools look for."""
    share = tree / "usr" / "share"
    day = time.strftime("%Y-%m-%d", time.gmtime(layout.moment()))
    words = {"@VERSION@": __version__, "@DATE@": day}
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
    icons = share / "icons" / "hicolor"
    for side in ICON_SIDES:
        layout.draw_icon(side, icons / f"{side}x{side}" / "apps" / "poscare.png")
    scalable = icons / "scalable" / "apps" / "poscare.svg"
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


def set_modes(tree: Path) -> None:
    """Who may do what: all may read, and run only what is a program; all of one time."""
    programs = {tree / "usr/bin/poscare", *(tree / PRIVATE / "bin").iterdir()}
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
        if path.is_file()
        and not path.is_symlink()
        and (".so" in path.name or path.parent.name == "bin")
        and path.read_bytes()[:4] == b"\x7fELF"
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


def pack(tree: Path, scratch: Path) -> Path:
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
            version=__version__, architecture=architecture, size=kilobytes, depends=needs
        ),
        encoding="utf-8",
    )
    for path in (control / "md5sums", control / "control"):
        path.chmod(0o644)
    control.chmod(0o755)
    package = layout.OUT / f"poscare_{__version__}_{architecture}.deb"
    os.environ["SOURCE_DATE_EPOCH"] = str(layout.moment())
    layout.run("dpkg-deb", "--root-owner-group", "-Zxz", "--build", tree, package)
    return package


if __name__ == "__main__":
    raise SystemExit(main())
