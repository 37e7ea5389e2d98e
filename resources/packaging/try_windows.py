"""Tries the Windows installer under wine: ``python resources/packaging/try_windows.py INSTALLER``.

Installs silently, uses the program as its users do, updates over itself, uninstalls, and looks
after each step whether what should be there is.  What only a person at a Windows computer can see
is listed in `README.md`.  Needs the Debian packages ``wine64``, ``gcc-mingw-w64-x86-64``, ``xvfb``
and ``locales``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import layout
import windows

from app import __version__, portable
from db import migrate
from db.engine import Database
from db.migrations import versions

_REVISIONS = sorted(path.name[:4] for path in Path(versions.__file__).parent.glob("0*.py"))
EARLIER = (*_REVISIONS[:-1:13], _REVISIONS[-2])
"""Schemas a database may have had: the first, the last before this, and some between."""

PAGE = (110, 60, 1340, 720)
"""Where a window that fills the screen shows its pages, in pixels."""
PAINTED = 500
"""More colours than this has a page with its figures (900 to 1 500 seen); “Opening …” has 100 to
230."""

PATIENCE = 600
"""Seconds a step may take on a busy machine."""

CHINESE_HOME = "C:\\终端 数据"
"""Data in a folder as Chinese people name them, with a blank."""


class Wine:
    """A Windows of its own in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.drive = folder / "drive_c"
        self._wine = shutil.which("wine64") or "/usr/lib/wine/wine64"
        self._environment = {
            **os.environ,
            "WINEPREFIX": str(folder),
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "winemenubuilder.exe=d;mscoree=d;mshtml=d",
            # wine takes code page and names of files from it; made in `prepare`.
            "LOCPATH": str(folder / "locale"),
            "LC_ALL": "zh_CN.UTF-8",
            "POSCARE_HOME": CHINESE_HOME,
        }

    def prepare(self) -> None:
        """Make it, as Windows 10 in Chinese, with the libraries wine 8 lacks."""
        locale = self.folder / "locale" / "zh_CN.UTF-8"
        locale.parent.mkdir()
        layout.run("localedef", "-i", "zh_CN", "-f", "UTF-8", locale)
        self.run("wineboot", "-i")
        self.run("winecfg", "-v", "win10")
        system = self.drive / "windows" / "system32"
        stubs = windows.HERE / "stubs"
        if not (system / "bcryptprimitives.dll").exists():
            windows.build_library(
                stubs / "bcryptprimitives.c", system / "bcryptprimitives.dll", "-ladvapi32"
            )
        windows.build_library(stubs / "icuuc.c", system / "icuuc.dll")

    def run(self, *command: str, ends_with: int = 0, **more: str) -> bytes:
        """Run a program to its end; what it wrote.  Streams are pipes: wine 8 cannot hand on
        others."""
        done = subprocess.run(
            [self._wine, *command],
            env={**self._environment, **more},
            input=b"",
            capture_output=True,
            check=False,
            timeout=PATIENCE,
        )
        if done.returncode != ends_with:
            said = (done.stdout + done.stderr).decode("utf-8", "replace")
            raise AssertionError(f"{command} ended with {done.returncode}:\n{said[-3000:]}")
        return done.stdout

    def start(self, *command: str, **more: str) -> subprocess.Popen[bytes]:
        """Start a program."""
        return subprocess.Popen(
            [self._wine, *command],
            env={**self._environment, **more},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def end(self) -> None:
        """End everything that runs in it."""
        server = shutil.which("wineserver") or "/usr/lib/wine/wineserver64"
        subprocess.run([server, "-k"], env=self._environment, check=False)


class Trial:
    """An installer tried step by step."""

    def __init__(self, wine: Wine, installer: Path) -> None:
        self.wine = wine
        self.installer = str(installer)
        user = next(p for p in (wine.drive / "users").iterdir() if p.name != "Public")
        self.user = user
        self.place = user / "AppData" / "Local" / "Programs" / "POSCare"
        self.home = wine.drive / CHINESE_HOME.removeprefix("C:\\")
        self.program = str(self.place / "bin" / "poscare.exe")

    def poscare(self, *arguments: str, ends_with: int = 0) -> bytes:
        """The command line."""
        return self.wine.run(self.program, *arguments, ends_with=ends_with)

    def steps(self) -> list[Callable[[], object]]:
        """Everything that is tried, in this order."""
        return [
            self.it_is_installed_without_a_word,
            self.it_says_its_version,
            self.every_module_is_loaded,
            self.a_folder_of_others_is_refused,
            self.a_sample_estate_is_made,
            self.output_of_a_chinese_console_is_chinese,
            self.a_photo_is_attached,
            self.a_report_is_written,
            self.a_backup_is_made_and_put_back,
            self.databases_of_earlier_schemas_are_upgraded,
            self.a_stick_keeps_its_data,
            self.the_window_opens,
            self.an_update_keeps_what_others_laid_beside_it,
            self.uninstalling_takes_what_was_installed,
        ]

    def it_is_installed_without_a_word(self) -> str:
        self.wine.run(self.installer, "/S")
        assert (self.place / "POSCare.exe").is_file(), list(self.user.rglob("POSCare*"))
        assert self._shortcuts(), "no shortcut"
        modules = self.place / "Lib" / "site-packages" / "app"
        missing = [
            path.name
            for path in modules.glob("*.py")
            if not (modules / "__pycache__" / f"{path.stem}.cpython-311.pyc").is_file()
        ]
        assert not missing, f"not compiled: {missing}"
        return layout.size(self.place)

    def it_says_its_version(self) -> None:
        assert self.poscare("--version").strip().decode() == f"POSCare {__version__}"

    def every_module_is_loaded(self) -> str:
        python, script = self.place / "python.exe", self.wine.drive / "import_all.py"
        layout.run(
            *("x86_64-w64-mingw32-gcc", "-O2", "-s", "-municode", "-o", python),
            windows.HERE / "stubs" / "python.c",
        )
        shutil.copy(windows.HERE / "scripts" / "import_all.py", script)
        try:
            said = self.wine.run(
                *(self._inside(python), "-I", "-B", "C:\\import_all.py"),
                QT_QPA_PLATFORM="offscreen",
            )
        finally:
            python.unlink()
        return said.decode().strip()

    def a_folder_of_others_is_refused(self) -> None:
        taken = self.wine.drive / "taken"
        taken.mkdir()
        (taken / "letter.txt").write_text("somebody's")
        # The installed copy is known, so the other folder is no update.
        self.wine.run(self.installer, "/S", "/D=C:\\taken", ends_with=2)
        assert [p.name for p in taken.iterdir()] == ["letter.txt"]

    def a_sample_estate_is_made(self) -> None:
        self.poscare("sample", "--if-empty")
        assert (self.home / "poscare.db").is_file()

    def output_of_a_chinese_console_is_chinese(self) -> str:
        said = self.poscare("incident", "list", "--lang", "zh")
        for encoding in ("gb18030", "utf-8"):
            try:
                text = said.decode(encoding)
            except UnicodeDecodeError:
                continue
            if "终端" in text or "处理" in text or "刷卡" in text:
                return encoding
        raise AssertionError(said[:300])

    def a_photo_is_attached(self) -> None:
        from PIL import Image

        photo = self.wine.drive / "照片.jpg"
        Image.new("RGB", (800, 600), (200, 30, 30)).save(photo)
        number = self._an_incident()
        self.poscare("report", "attach", number, "C:\\照片.jpg")

    def a_report_is_written(self) -> str:
        number = self._an_incident()
        self.poscare("report", "incident", number, "-o", "C:\\服务单.pdf")
        written = self.wine.drive / "服务单.pdf"
        assert written.read_bytes().startswith(b"%PDF-")
        return layout.size(written)

    def a_backup_is_made_and_put_back(self) -> None:
        self.poscare("terminal", "export", "C:\\before.csv")
        self.poscare("backup")
        copies = sorted((self.home / "backups").glob("*.db"))
        assert copies, "no backup"
        self.poscare("restore", CHINESE_HOME + "\\backups\\" + copies[-1].name)
        self.poscare("terminal", "export", "C:\\after.csv")
        drive = self.wine.drive
        assert (drive / "after.csv").read_bytes() == (drive / "before.csv").read_bytes()

    def databases_of_earlier_schemas_are_upgraded(self) -> str:
        folder = self.wine.drive / "old"
        folder.mkdir()
        for revision in EARLIER:
            old = Database(folder / f"{revision}.db")
            migrate.upgrade(old, to=revision)
            old.close()
            file = f"C:\\old\\{revision}"
            self.poscare("terminal", "export", f"{file}.csv", "--db", f"{file}.db")
            new = Database(folder / f"{revision}.db")
            found = migrate.revision_of(new)
            new.close()
            assert found == migrate.HEAD, f"{revision} became {found}"
        return " ".join(EARLIER)

    def a_stick_keeps_its_data(self) -> None:
        stick = self.wine.drive / "stick"
        shutil.copytree(self.place, stick)
        (stick / portable.MARK).touch()
        program = str(stick / "bin" / "poscare.exe")
        self.wine.run(program, "settings", "company_name", "便携", POSCARE_HOME="")
        kept = stick / portable.DATA / "settings.toml"
        assert "便携" in kept.read_text(encoding="utf-8"), list(stick.iterdir())
        moved = stick.rename(stick.with_name("another drive"))
        program = str(moved / "bin" / "poscare.exe")
        said = self.wine.run(program, "settings", "company_name", "--json", POSCARE_HOME="")
        assert "便携" in json.loads(said)["company_name"]
        shutil.rmtree(moved)

    def the_window_opens(self) -> str:
        picture = layout.OUT / "window-under-wine.png"
        screen = subprocess.Popen(["Xvfb", ":88", "-screen", "0", "1366x768x24"])
        window = None
        try:
            time.sleep(2)
            started = time.monotonic()
            window = self.wine.start(str(self.place / "POSCare.exe"), DISPLAY=":88")
            while time.monotonic() - started < PATIENCE / 4:
                time.sleep(5)
                assert window.poll() is None, f"it ended with {window.returncode}"
                subprocess.run(
                    ["import", "-display", ":88", "-window", "root", str(picture)], check=False
                )
                if picture.exists() and _colours(picture) > PAINTED:
                    seconds = time.monotonic() - started
                    return f"{picture.relative_to(layout.ROOT)} after {seconds:.0f} s"
            raise AssertionError(f"no page was painted: {picture}")
        finally:
            self.wine.end()
            if window is not None:
                window.wait(30)
            screen.terminate()
            screen.wait(10)

    def an_update_keeps_what_others_laid_beside_it(self) -> None:
        mine = self.place / "my notes.txt"
        mine.write_text("mine")
        old = self.place / "Lib" / "site-packages" / "app" / "__init__.py"
        old.write_text("broken")
        self.wine.run(self.installer, "/S")
        assert mine.read_text() == "mine"
        assert "__version__" in old.read_text()
        self.it_says_its_version()

    def uninstalling_takes_what_was_installed(self) -> None:
        self.wine.run(str(self.place / "uninstall.exe"), "/S", f"_?={self._inside(self.place)}")
        left = [path for path in self.place.rglob("*") if path.is_file()]
        assert [path.name for path in left] in (
            ["my notes.txt"],
            ["my notes.txt", "uninstall.exe"],
        ), left
        assert (self.home / "poscare.db").is_file(), "the data are gone"
        assert not self._shortcuts()

    def _inside(self, path: Path) -> str:
        return "C:\\" + str(path.relative_to(self.wine.drive)).replace("/", "\\")

    def _shortcuts(self) -> list[Path]:
        return list(self.user.rglob("POSCare*.lnk"))

    def _an_incident(self) -> str:
        return str(json.loads(self.poscare("incident", "list", "--json"))[0]["number"])


def _colours(picture: Path) -> int:
    """How many colours stand where the window shows its pages."""
    from PIL import Image

    with Image.open(picture) as image:
        return len(image.convert("RGB").crop(PAGE).getcolors(1 << 24) or ())


def main() -> int:
    """Try it; 0 when every step did what it should."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("installer", type=Path)
    installer = parser.parse_args().installer.resolve()
    folder = layout.OUT / "wine"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    wine = Wine(folder)
    failed = 0
    try:
        wine.prepare()
        trial = Trial(wine, installer)
        for step in trial.steps():
            started = time.monotonic()
            name = step.__name__.replace("_", " ")
            try:
                told = step() or ""
            except (
                AssertionError,
                LookupError,
                OSError,
                ValueError,
                subprocess.SubprocessError,
            ) as it:
                # What fails is told, and the rest still tried.
                failed += 1
                print(f"FAILED  {name}: {it}", flush=True)
            else:
                print(f"ok      {name} {told} ({time.monotonic() - started:.0f} s)", flush=True)
    finally:
        wine.end()
    print(f"{len(trial.steps()) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
