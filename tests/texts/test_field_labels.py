"""A refusal names its field in words, never by its key."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

import app
from app.domain.errors import InvalidInput
from app.domain.incidents.other_troubles import other_fields
from app.i18n import translator
from app.texts import FIELDS, RECORDS, error_text, field_label

SOURCES = sorted(Path(app.__file__).parent.rglob("*.py"))
TEXTS = sorted((Path(app.__file__).parent / "texts").glob("[a-z]*.py"))
NAMING = {"field", "refuse", "as_problem", "Problem"}


def _named(source: Path) -> set[str]:
    """The fields a file refuses something about, as far as they stand there as text."""
    found = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called, first = node.func, node.args[0]
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        owner = getattr(called.value, "id", "") if isinstance(called, ast.Attribute) else ""
        refusing = name in NAMING or (owner, name) in {("InvalidInput", "of"), ("problems", "add")}
        if refusing and isinstance(first, ast.Constant) and isinstance(first.value, str):
            found.add(first.value)
    return found - {""}


def test_every_field_that_is_refused_has_a_label() -> None:
    named = set().union(*map(_named, SOURCES))
    assert len(named) > 60
    assert named - FIELDS.keys() == set()


@pytest.mark.parametrize("place", [0, 1, 11])
def test_a_field_of_several_alike_has_the_label_of_its_kind(place: int) -> None:
    t = translator("zh")
    assert [field_label(t, name) for name in other_fields(place)] == [
        field_label(t, name) for name in ("other", "other_why")
    ]
    assert not any(field_label(t, name).startswith("other") for name in other_fields(place))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_about_no_field_begins_with_no_colon(language: str) -> None:
    said = error_text(translator(language), InvalidInput.of("", "text.missing"))
    assert not said.startswith(":")


def test_fields_of_one_name_and_different_meaning_are_told_apart() -> None:
    """The lists are laid over one another: what one hides of another is asked for by its record."""
    modules = [importlib.import_module(f"app.texts.{one.stem}") for one in TEXTS]
    lists = [found for one in modules if (found := getattr(one, "FIELDS", None))]
    assert len(lists) > 10
    hidden = [one for one in lists if any(FIELDS[name] != label for name, label in one.items())]
    assert hidden
    assert [one for one in hidden if one not in RECORDS.values()] == []


def test_the_fields_of_a_plan_are_called_by_their_own_names() -> None:
    t = translator("zh")
    said = {name: field_label(t, name, "plan") for name in ("key", "people", "scope", "events")}
    assert "密钥" in field_label(t, "key", "station")
    assert said["key"] == t("Short name")
    assert said["people"] == "同时到场人数"
    assert len(set(said.values())) == len(said)
