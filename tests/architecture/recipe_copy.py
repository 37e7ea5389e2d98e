"""A copy of the program in which a recipe of CONTRIBUTING is followed, place by place."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import catalogues
import pytest

ROOT = Path(__file__).parent.parent.parent
PO = "resources/locale/zh_CN/LC_MESSAGES/poscare.po"
RECIPES = {
    title.strip(): text
    for title, text in re.findall(
        r"^### (.+?)\n(.*?)(?=^##|\Z)",
        (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
}


def places(title: str) -> list[str]:
    """The first path of each numbered place of a recipe."""
    return re.findall(r"^\d+\. `([^`]+)`", RECIPES[title], re.MULTILINE)


def untranslated(language: str) -> set[str]:
    """Messages of a catalogue that have no text."""
    catalogue = catalogues.read(language)
    return {str(message.id) for message in catalogue if message.id and not message.string}


class Copy:
    """A copy of the program in which a recipe is followed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.touched: list[str] = []

    def write(self, place: str, text: str) -> None:
        """Make a new file, or add to the end of one that is there."""
        path = self.root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
        self._remember(place)

    def edit(self, place: str, pattern: str, replacement: str) -> None:
        """Replace what `pattern` finds once."""
        path = self.root / place
        text, count = re.subn(
            pattern,
            lambda found: found.expand(replacement),
            path.read_text(encoding="utf-8"),
            count=1,
        )
        assert count, f"{place}: nothing like {pattern!r}"
        path.write_text(text, encoding="utf-8")
        self._remember(place)

    def _remember(self, place: str) -> None:
        if place not in self.touched:
            self.touched.append(place)

    def python(self, *arguments: str) -> str:
        """Run the interpreter in the copy and return what it says."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            env={
                **os.environ,
                "PYTHONPATH": str(self.root),
                "PYTHONIOENCODING": "utf-8",
                "QT_QPA_PLATFORM": "offscreen",
                "POSCARE_HOME": str(self.root / "home"),
            },
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def translate(self, monkeypatch: pytest.MonkeyPatch, chinese: dict[str, str]) -> None:
        """`make catalogues`, and the Chinese of what it left untranslated filled in."""
        monkeypatch.setattr(catalogues, "ROOT", self.root)
        monkeypatch.setattr(catalogues, "HERE", self.root / "resources" / "locale")
        catalogues.update()
        assert untranslated("en") == set()
        assert untranslated("zh_CN") == set(chinese)
        for english, text in chinese.items():
            self.edit(PO, f'(msgid "{re.escape(english)}"\nmsgstr )""', rf'\1"{text}"')
        assert untranslated("zh_CN") == set()
        catalogues.compile_all()

    def check(self, title: str) -> None:
        """Exactly what the recipe names was touched."""
        assert sorted(self.touched) == sorted(places(title))
