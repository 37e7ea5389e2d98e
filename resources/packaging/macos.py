"""Makes the bundle and the disk image for macOS: ``python resources/packaging/macos.py`` on a Mac.

PyInstaller freezes the program with the libraries of `requirements-users.lock`, in an environment
of its own; what a bundle needs beside that is put in here, it is signed for this computer, and
packed.  On other systems ``--freeze-only`` makes the frozen folder of that system, which shows that
the program runs frozen; a bundle is made on a Mac alone.
"""

from __future__ import annotations

import argparse
import platform
import plistlib
import shutil
import sys
import tempfile
import time
from pathlib import Path

import layout
from PIL import Image

from app import __version__
from app.gui.toolkit.desktop import DESKTOP_NAME

HERE = Path(__file__).resolve().parent / "macos"
OLDEST_MACOS = "13.0"
"""What the wheels of Qt 6.11 run on."""
ENTRY = "from app.__main__ import main\n\nraise SystemExit(main())\n"
LEFT_OUT = ("tkinter", "sqlite3", "PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtOpenGL")
ICON_SIDES = (16, 32, 64, 128, 256, 512, 1024)


def main() -> int:
    """Make it; print where it is and how large."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--freeze-only", action="store_true", help="the frozen folder alone")
    only = parser.parse_args().freeze_only
    if sys.platform != "darwin" and not only:
        raise SystemExit("A bundle for macOS is made on a Mac; here only --freeze-only works.")
    started = time.monotonic()
    work = layout.OUT / "macos"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    draw_icns(work / "POSCare.icns")
    frozen = freeze(work)
    made = frozen if only else pack(frozen, work)
    print(
        f"{made.relative_to(layout.ROOT)}: {layout.size(made)},"
        f" made in {time.monotonic() - started:.0f} s"
    )
    return 0


def freeze(work: Path) -> Path:
    """The program with its interpreter and libraries in a folder, on a Mac in a bundle."""
    environment = work / "environment"
    layout.run(sys.executable, "-m", "venv", environment)
    python = environment / "bin" / "python"
    pip = (python, "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet", "install")
    for lock in (layout.ROOT / "requirements-users.lock", HERE / "pyinstaller.lock"):
        layout.run(*pip, "--require-hashes", "--only-binary=:all:", "-r", lock)
    with tempfile.TemporaryDirectory() as folder:
        builder = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "wheel")
        wheels = ("--no-deps", "--no-build-isolation", "-w", folder)
        layout.run(*builder, layout.ROOT, *wheels)
        (wheel,) = Path(folder).glob("poscare-*.whl")
        layout.run(*pip, "--no-deps", "--no-index", wheel)
    entry = work / "start.py"
    entry.write_text(ENTRY, encoding="utf-8")
    (site,) = (environment / "lib").glob("python*/site-packages")
    data = (site / "app" / "_resources", "resources"), (site / "db" / "migrations", "db/migrations")
    layout.run(
        *(python, "-m", "PyInstaller", "--noconfirm", "--windowed", "--log-level=WARN"),
        *("--name", "POSCare", "--icon", work / "POSCare.icns"),
        *("--osx-bundle-identifier", DESKTOP_NAME),
        *("--distpath", work, "--workpath", work / "build", "--specpath", work),
        *(part for package in ("app", "db") for part in ("--collect-submodules", package)),
        *(part for source, place in data for part in ("--add-data", f"{source}:{place}")),
        *("--collect-data", "tzdata", "--copy-metadata", "keyring"),
        *(part for package in own_metadata() for part in ("--copy-metadata", package)),
        *(part for module in LEFT_OUT for part in ("--exclude-module", module)),
        entry,
        cwd=work,
    )
    bundle = work / "POSCare.app"
    return bundle if bundle.is_dir() else work / "POSCare"


def own_metadata() -> list[str]:
    """The packages whose licences the window shows under “About”."""
    lines = layout.lock_lines(layout.LINUX)
    return ["poscare", *(line.split("==")[0] for line in lines if "==" in line)]


def pack(bundle: Path, work: Path) -> Path:
    """The disk image of a bundle."""
    describe(bundle / "Contents" / "Info.plist")
    # For this computer only: a publisher signs with a certificate (README.md).
    layout.run("codesign", "--force", "--deep", "--sign", "-", bundle)
    content = work / "image"
    content.mkdir()
    bundle.rename(content / bundle.name)
    (content / "Applications").symlink_to("/Applications")
    for name in ("LICENSE", "NOTICE"):
        shutil.copy(layout.ROOT / name, content / f"{name}.txt")
    image = layout.OUT / f"POSCare-{__version__}-{platform.machine()}.dmg"
    image.unlink(missing_ok=True)
    layout.run(
        *("hdiutil", "create", "-volname", "POSCare", "-srcfolder", content),
        *("-format", "ULFO", image),
    )
    return image


def describe(path: Path) -> None:
    """What macOS reads of a bundle: version, languages, sharpness, what it runs on."""
    told = plistlib.loads(path.read_bytes())
    told |= {
        "CFBundleShortVersionString": __version__,
        "CFBundleVersion": __version__,
        "CFBundleDisplayName": "POSCare",
        "CFBundleLocalizations": ["zh-Hans", "en"],
        "CFBundleDevelopmentRegion": "zh-Hans",
        "LSMinimumSystemVersion": OLDEST_MACOS,
        "LSApplicationCategoryType": "public.app-category.business",
        "NSHighResolutionCapable": True,
    }
    path.write_bytes(plistlib.dumps(told))


def draw_icns(path: Path) -> None:
    """The icon in the sizes of macOS."""
    pictures = []
    with tempfile.TemporaryDirectory() as folder:
        for side in ICON_SIDES:
            drawn = Path(folder) / f"{side}.png"
            layout.draw_icon(side, drawn)
            with Image.open(drawn) as opened:
                pictures.append(opened.convert("RGBA"))
    pictures[-1].save(path, "ICNS", append_images=pictures[:-1])


if __name__ == "__main__":
    raise SystemExit(main())
