"""Checks the Debian package: ``python resources/packaging/try_debian.py``, as root for the start.

lintian finds nothing that is not named in ``debian/lintian-overrides``; the data for desktops are
valid; and the program starts in a root that holds nothing but this package and those it depends on.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import layout

ROOT_WITHOUT_PYTHON = layout.OUT / "bare-root"


def main() -> int:
    """Check it; 0 when all is well."""
    (package,) = layout.OUT.glob("poscare_*.deb")
    layout.run("lintian", "--allow-root", "--fail-on", "error,warning", package)
    print("ok      lintian")
    tree = layout.OUT / "deb" / "tree" / "usr" / "share"
    for path in tree.glob("applications/*.desktop"):
        layout.run("desktop-file-validate", path)
    for path in tree.glob("metainfo/*.xml"):
        layout.run("appstreamcli", "validate", "--no-net", path)
    print("ok      desktop file and AppStream data")
    if os.geteuid():
        print("skipped the start in a bare root: only root can make one")
        return 0
    make_root(package)
    started = time.monotonic()
    inside = ["chroot", str(ROOT_WITHOUT_PYTHON), "/usr/bin/env", "-i", "HOME=/root"]
    inside += ["LANG=C.UTF-8", "PATH=/usr/bin:/bin", "QT_QPA_PLATFORM=offscreen"]
    said = layout.run(*inside, "poscare", "--version")
    print(f"ok      {said.strip()} in a bare root ({time.monotonic() - started:.1f} s)")
    layout.run(*inside, "poscare", "sample")
    layout.run(*inside, "poscare", "demo", "--out", "/out")
    made = sorted((ROOT_WITHOUT_PYTHON / "out").rglob("*"))
    assert any(path.suffix == ".pdf" for path in made), made
    assert any(path.suffix == ".png" for path in made), made
    print(
        f"ok      the whole job there: {sum(p.is_file() for p in made)} files in {made[0].parent}"
    )
    return 0


def make_root(package: Path) -> None:
    """A root with the package and, unpacked, what it needs directly or through others; neither a
    Python nor a tool of the package manager is in it."""
    shutil.rmtree(ROOT_WITHOUT_PYTHON, ignore_errors=True)
    ROOT_WITHOUT_PYTHON.mkdir(parents=True)
    # A merged /usr, as the base system of Debian has had since version 12.
    for name in ("bin", "lib", "lib64", "sbin"):
        (ROOT_WITHOUT_PYTHON / "usr" / name).mkdir(parents=True)
        (ROOT_WITHOUT_PYTHON / name).symlink_to(f"usr/{name}")
    for name in ("tmp", "proc", "root", "dev"):
        (ROOT_WITHOUT_PYTHON / name).mkdir()
    (ROOT_WITHOUT_PYTHON / "dev" / "null").touch()
    fields = layout.run("dpkg-deb", "--field", package, "Depends")
    asked = [re.split(r"[\s(|]", name.strip())[0] for name in fields.split(",")]
    listed = layout.run(
        *("apt-cache", "depends", "--recurse", "--installed", "--no-recommends", "--no-suggests"),
        *("--no-conflicts", "--no-breaks", "--no-replaces", "--no-enhances", *asked),
    )
    # dash and coreutils are in every Debian (essential) and run the start script.
    names = {line.strip() for line in listed.splitlines() if re.match(r"^[a-z0-9]", line)}
    for name in sorted(names | {"dash", "coreutils", "fontconfig-config"}):
        copy_files_of(name)
    layout.run("dpkg-deb", "--extract", package, ROOT_WITHOUT_PYTHON)
    # Nothing is mounted there; the loader asks for this name to find the interpreter's library.
    program = Path("proc") / "self" / "exe"
    (ROOT_WITHOUT_PYTHON / program.parent).mkdir()
    (ROOT_WITHOUT_PYTHON / program).symlink_to("/usr/lib/poscare/bin/python3.11")
    left = list(ROOT_WITHOUT_PYTHON.glob("usr/bin/python*"))
    assert not left, left
    subprocess.run(["ldconfig", "-r", str(ROOT_WITHOUT_PYTHON)], check=True)


def copy_files_of(package: str) -> None:
    """What this machine has of a package, as it lies there."""
    listed = subprocess.run(["dpkg", "-L", package], capture_output=True, text=True, check=False)
    for line in listed.stdout.splitlines():
        source = Path(line)
        if source.is_dir() and not source.is_symlink():
            continue
        target = ROOT_WITHOUT_PYTHON / source.parent.resolve().relative_to("/") / source.name
        target.parent.mkdir(parents=True, exist_ok=True)
        if not os.path.lexists(target) and os.path.lexists(source):
            shutil.copy2(source, target, follow_symlinks=False)


if __name__ == "__main__":
    sys.exit(main())
