"""Sets everything up and starts POSCare: one command on Debian, Ubuntu, macOS and Windows.

    python3 run.py            the window, on a sample estate at the first start
    python3 run.py VERB …     a verb of the command line
    python3 run.py --setup    only set up; with --tests for developers,
                              with --packaging the tools of the packages

Needs nothing but Python 3.11 or newer.  On Debian and Ubuntu it installs the system libraries Qt
needs, a Chinese font for the screen and, for the tests, PostgreSQL and tools that read PDFs;
elsewhere Qt's wheels bring what they need.  The environment is made from a lock file, every file
checked by its hash, and made again only when the lock changed: what the program runs on for its
users, and with ``--tests`` the tools of developers as well.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE / ".venv"
LOCK_OF_USERS = HERE / "requirements-users.lock"
LOCK_OF_OLD_LINUX = HERE / "requirements-linux-old.lock"
"""For users of UOS 20, Kylin V10 and Debian 11: the newest Qt their C library can load."""
NEW_LIBC = (2, 34)
"""The version of glibc the other wheels of Qt need on Linux."""
LOCK_OF_DEVELOPERS = HERE / "requirements.lock"
STAMP = ENVIRONMENT / ".poscare-setup"
OUT = HERE / "out"

WINDOW_PACKAGES = (
    "libegl1",
    "libgl1",
    "libxkbcommon0",
    "libxkbcommon-x11-0",
    "libdbus-1-3",
    "libfontconfig1",
    "libfreetype6",
    "libglib2.0-0",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-sync1",
    "libxcb-xfixes0",
    "libxcb-xinerama0",
    "libxcb-xkb1",
    "libx11-xcb1",
    "libsm6",
    "libice6",
    "fonts-noto-cjk",
)
TEST_PACKAGES = (
    "postgresql",
    # independent eyes on the documents, and a card reader in software for the seal
    "qpdf",
    "poppler-utils",
    "softhsm2",
)
PACKAGING_PACKAGES = (
    # resources/packaging: the Debian package and its check, the Windows installer, wine to try it
    "binutils",
    "patchelf",
    "lintian",
    "appstream",
    "desktop-file-utils",
    # what Qt's plugins ask for, so that their packages can be named
    "libcups2",
    "libwayland-cursor0",
    "libwayland-egl1",
    "gcc-mingw-w64-x86-64",
    "nsis",
    "wine64",
    "locales",
    "xvfb",
    "imagemagick",
)

UNFINISHED = """\
Setting up did not finish. Check the network and the space on the disk, then give the same command
again; what is there already is kept.
安装没有完成。请检查网络和磁盘空间，再执行一次同样的命令；已装好的部分会保留。"""


def main() -> int:
    """Set up, then do what was asked."""
    arguments = sys.argv[1:]
    if sys.version_info < (3, 11):  # noqa: UP036 - this file runs before anything is checked
        print("POSCare needs Python 3.11 or newer.", file=sys.stderr)
        return 2
    try:
        setup(tests="--tests" in arguments, packaging="--packaging" in arguments)
    except (subprocess.CalledProcessError, OSError) as failure:
        print(f"\n{failure}\n\n{UNFINISHED}", file=sys.stderr)
        return 1
    if "--setup" in arguments:
        return 0
    if arguments:
        return subprocess.call([python(), "-m", "app", *arguments], cwd=HERE)
    return show()


def python() -> str:
    """The interpreter of the environment."""
    if os.name == "nt":
        return str(ENVIRONMENT / "Scripts" / "python.exe")
    return str(ENVIRONMENT / "bin" / "python")


def show() -> int:
    """The window where there is a display, else the whole main job without one."""
    if has_display():
        environment = {**os.environ}
        environment.setdefault("POSCARE_HOME", str(OUT / "sample"))
        if not (Path(environment["POSCARE_HOME"]) / "poscare.db").exists():
            print("Filling a sample estate (once, some ten seconds) … 正在准备示例数据（仅一次）…")
        code = subprocess.call(
            [python(), "-m", "app", "sample", "--if-empty"], cwd=HERE, env=environment
        )
        return code or subprocess.call([python(), "-m", "app"], cwd=HERE, env=environment)
    print("No display: running the whole main job without a window.")
    return subprocess.call([python(), "-m", "app", "demo", "--out", str(OUT)], cwd=HERE)


def has_display() -> bool:
    """Whether a window can be shown."""
    if sys.platform.startswith("linux"):
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True


def setup(*, tests: bool, packaging: bool) -> None:
    """Install what is missing; quick when nothing is."""
    install_system_packages(
        WINDOW_PACKAGES
        + (TEST_PACKAGES if tests else ())
        + (PACKAGING_PACKAGES if packaging else ())
    )
    made = STAMP.read_text() if STAMP.exists() and Path(python()).exists() else ""
    # The environment of developers holds all that users need.
    if made != stamp(tests=True) and (tests or made != stamp(tests=False)):
        make_environment(tests=tests)
        STAMP.write_text(stamp(tests=tests))
    compile_catalogues()


def stamp(*, tests: bool) -> str:
    """Tells whether the environment is what it should be."""
    lock = LOCK_OF_DEVELOPERS if tests else lock_of_users()
    content = lock.read_bytes() + (HERE / "pyproject.toml").read_bytes()
    return hashlib.sha256(content).hexdigest()


def lock_of_users() -> Path:
    """The lock for the C library of this system."""
    name, version = platform.libc_ver()
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())
    old = name == "glibc" and numbers < NEW_LIBC
    return LOCK_OF_OLD_LINUX if old else LOCK_OF_USERS


def install_system_packages(packages: tuple[str, ...]) -> None:
    """Debian and Ubuntu: the packages that are not there yet."""
    if shutil.which("dpkg-query") is None or shutil.which("apt-get") is None:
        return
    try:
        import ensurepip  # noqa: F401 - Debian splits it off
        import venv  # noqa: F401
    except ImportError:
        packages = (*packages, "python3-venv")
    missing = [name for name in packages if not installed(name)]
    if not missing:
        return
    print(f"Installing system packages: {' '.join(missing)}")
    if os.geteuid() and shutil.which("sudo") is None:
        print(
            "Only root can install them, and there is no sudo; the window may not start.",
            file=sys.stderr,
        )
        return
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing],
    ):
        done = subprocess.run(
            [*sudo, *command], env=environment, check=False, stdout=subprocess.DEVNULL
        )
        if done.returncode and command[1] == "install":
            print(
                "Some system packages could not be installed; the window may not start.",
                file=sys.stderr,
            )


def installed(package: str) -> bool:
    """Whether Debian has the package, under its own or (time_t transition) its new name."""
    for name in (package, f"{package}t64"):
        done = subprocess.run(
            ["dpkg-query", "-W", "-f", "${Status}", name],
            capture_output=True,
            text=True,
            check=False,
        )
        if "install ok installed" in done.stdout:
            return True
    return False


def make_environment(*, tests: bool) -> None:
    """A fresh environment from the lock file."""
    print("Setting up Python packages (once) … 正在安装所需的 Python 组件（仅一次）…")
    if not Path(python()).exists():
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
    pip = [python(), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    lock = LOCK_OF_DEVELOPERS if tests else lock_of_users()
    subprocess.run([*pip, "--require-hashes", "-r", str(lock)], check=True)
    if tests:
        editable = ["--no-deps", "--no-build-isolation", "--editable", str(HERE)]
        subprocess.run([*pip, *editable], check=True)


def compile_catalogues() -> None:
    """Translations edited since the last start."""
    sources = (HERE / "resources" / "locale").glob("*/LC_MESSAGES/*.po")
    if any(not _fresh(source) for source in sources):
        script = HERE / "resources" / "locale" / "catalogues.py"
        subprocess.run([python(), str(script), "compile"], check=True, stdout=subprocess.DEVNULL)


def _fresh(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime


if __name__ == "__main__":
    raise SystemExit(main())
