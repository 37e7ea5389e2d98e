"""A further language takes what CONTRIBUTING names, and then everything speaks it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import catalogues
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from app import paths
from app.paths import resources
from tests.texts.pseudo_language import CODE

ROOT = resources().parent
_ENGLISH = re.compile(r'^(en = "((?:[^"\\]|\\.)*)")$|\b(en = "((?:[^"\\]|\\.)*)")', re.M)


def marked(message: str) -> str:
    """The message in the invented language: between marks and thirty per cent longer."""
    return f"⟦{message}{'·' * round(len(message) * 0.3)}⟧"


def _with_further_text(found: re.Match[str]) -> str:
    alone = found.group(1) is not None
    text = found.group(2) if alone else found.group(4)
    return f'{found.group(0)}{chr(10) if alone else ", "}{CODE} = "{marked(text)}"'


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with one more language, added in the places CONTRIBUTING names and no other."""
    tree = tmp_path_factory.mktemp("tree")
    shutil.copytree(ROOT / "app", tree / "app", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("db", "tests"):
        (tree / name).symlink_to(ROOT / name)
    (tree / "resources").mkdir()
    for part in resources().iterdir():
        if part.name in {"knowledge", "locale"}:
            shutil.copytree(part, tree / "resources" / part.name)
        else:
            (tree / "resources" / part.name).symlink_to(part)
    # 1: one entry of LANGUAGES
    declared = tree / "app" / "languages.py"
    text = declared.read_text(encoding="utf-8")
    english = '        "en": Language(name="English", catalogue="en", tag="en"),\n'
    assert english in text
    own = english.replace('"en"', f'"{CODE}"').replace("English", "⟦QX⟧")
    declared.write_text(text.replace(english, english + own), encoding="utf-8")
    # 2: a folder of messages
    catalog = Catalog(charset="utf-8")
    for message in catalogues.messages():
        if message.id:
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            strings = tuple(marked(one) for one in ids)
            catalog.add(message.id, strings if isinstance(message.id, tuple) else strings[0])
    target = tree / "resources" / "locale" / CODE / "LC_MESSAGES" / f"{catalogues.DOMAIN}.mo"
    target.parent.mkdir(parents=True)
    with target.open("wb") as file:
        write_mo(file, catalog)
    # 3: the texts of the fault catalogue
    for file_of_texts in (tree / "resources" / "knowledge").glob("*.toml"):
        text = file_of_texts.read_text(encoding="utf-8")
        file_of_texts.write_text(_ENGLISH.sub(_with_further_text, text), encoding="utf-8")
    return tree


def test_no_chinese_or_english_is_left_in_a_further_language(tree: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.texts.pseudo_language", str(tmp_path)],
        cwd=tree,
        env={
            **os.environ,
            "PYTHONPATH": str(tree),
            "QT_QPA_PLATFORM": "offscreen",
            paths.HOME_VARIABLE: str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not done.stdout, done.stdout
