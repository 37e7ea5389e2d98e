"""Licence, manual, glossary and hooks say what is true of the repository."""

from __future__ import annotations

import ast
import re
import shlex
import tomllib
from pathlib import Path

import catalogues
import pytest

from app.cli.command_line import whole_parser
from app.cli.verbs import VERBS

ROOT = Path(__file__).parent.parent.parent
MANUAL = ROOT / "resources" / "manual"
PAGES = sorted([*ROOT.glob("*.md"), *MANUAL.rglob("*.md")])
GLOSSARY = re.findall(
    r"^\| (.+?) \| (.+?) \| `(\w+)` \| `(\S+?)` \|$",
    (MANUAL / "glossary.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


def defined(folder: Path) -> set[str]:
    """Classes, functions and members of classes defined below a folder."""
    found: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                found.add(node.name)
            elif isinstance(node, ast.Assign):
                found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return found


def test_every_name_of_the_glossary_exists() -> None:
    assert len(GLOSSARY) > 50
    names = {folder: defined(ROOT / folder) for folder in {folder for *_, folder in GLOSSARY}}
    missing = [(name, folder) for _, _, name, folder in GLOSSARY if name not in names[folder]]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_paths_resolve(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), target
    for path in re.findall(r"`((?:app|db|tests|resources|\.github)/[\w./-]+)(?:::\w+)?`", text):
        assert (ROOT / path).exists(), path


def test_manual_has_the_same_pages_in_both_languages() -> None:
    chinese, english = (
        sorted(path.name for path in (MANUAL / language).glob("*.md")) for language in ("zh", "en")
    )
    assert chinese == english
    assert len(chinese) > 10
    for name in chinese:
        zh, en = ((MANUAL / code / name).read_text(encoding="utf-8") for code in ("zh", "en"))
        assert zh.count("\n## ") == en.count("\n## "), f"{name}: other sections"
        assert len(buttons(zh)) == len(buttons(en)), f"{name}: other buttons"
        assert shortcuts(zh) == shortcuts(en), f"{name}: other shortcuts"
        assert commands(zh) == commands(en), f"{name}: other commands"


def buttons(text: str) -> list[str]:
    """Everything set in bold: words as the window shows them."""
    return re.findall(r"\*\*(.+?)\*\*", text)


def shortcuts(text: str) -> list[str]:
    """Keys named in a page."""
    return re.findall(r"`((?:Ctrl|Alt|Shift|F\d)[^`]*)`", text)


def commands(text: str) -> list[str]:
    """The verbs of the commands named in a page."""
    return re.findall(r"poscare ([a-z]+(?: [a-z]+)?)", text)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_words_in_bold_are_words_of_the_window(language: str) -> None:
    catalogue = catalogues.read({"zh": "zh_CN", "en": "en"}[language])
    known = {text for message in catalogue for text in _strings(message.string)}
    for page in (MANUAL / language).glob("*.md"):
        for word in buttons(page.read_text(encoding="utf-8")):
            assert word in known, f"{page.name}: no word of the window says {word!r}"


def _strings(string: str | tuple[str, ...]) -> tuple[str, ...]:
    """The texts of a message, without the dots and the key some buttons add."""
    texts = string if isinstance(string, tuple) else (string,)
    return (*texts, *(re.sub(r"( · .*| ?…)$", "", text) for text in texts))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_commands_of_the_manual_are_taken(language: str) -> None:
    parser = whole_parser(language)
    lines = re.findall(
        r"^poscare .+", (MANUAL / language / "command_line.md").read_text(encoding="utf-8"), re.M
    )
    assert len(lines) > 5
    for line in lines:
        assert parser.parse_args(shlex.split(line)[1:]).verb in VERBS, line


def test_licence_of_every_bundled_file_is_named() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["license"] == "MIT AND OFL-1.1 AND ISC"
    for pattern in project["license-files"]:
        assert list(ROOT.glob(pattern)), pattern
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    for font in (ROOT / "resources" / "fonts").glob("*.ttf"):
        assert font.name.replace("-Regular", "-*").replace("-Bold", "-*") in notice, font.name
    for path in re.findall(r"resources/\S+\.txt", notice):
        assert (ROOT / path.rstrip(".")).exists(), path


def test_hooks_and_workflows_run_what_everybody_runs() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "pytest -q tests/architecture" in makefile
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert "pytest -q tests/architecture" in hooks
    for name in (".github/workflows/tests.yml", ".gitlab-ci.yml", ".workflow/tests.yml"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "make test" in text or ".ci/run" in text, name
    for name in (".github/workflows/tests.yml", ".gitlab-ci.yml"):
        text = (ROOT / name).read_text(encoding="utf-8").lower()
        assert all(system in text for system in ("linux", "windows", "macos")), name
