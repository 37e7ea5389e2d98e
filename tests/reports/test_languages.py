"""Sheets hold values; each document words them in the language of its reader."""

from __future__ import annotations

import dataclasses
import re
import typing
from collections.abc import Iterator
from typing import Any

import pytest

from app.languages import LocalizedText
from app.services.documents.kinds import layouts
from tests.reports.reading import all_text
from tests.reports.samples import render
from tests.reports.samples_more import document_named, everything, source

_PLAIN = {str, int, float, bool, type(None)}


def _types(kind: Any, seen: set[Any]) -> Iterator[tuple[str, Any]]:
    """Every field of a sheet and of the values in it, with its type taken apart."""
    if not dataclasses.is_dataclass(kind) or kind in seen:
        return
    seen.add(kind)
    for name, hint in typing.get_type_hints(kind).items():
        stack = [hint]
        while stack:
            one = stack.pop()
            arms = [arm for arm in typing.get_args(one) if arm is not Ellipsis]
            if arms:
                stack += arms
                one = typing.get_origin(one)
            yield f"{kind.__name__}.{name}", one
            yield from _types(one, seen)


def test_no_sheet_holds_a_row_or_raw_json() -> None:
    seen: set[Any] = set()
    for layout in layouts().values():
        for place, kind in _types(layout.sheet, seen):
            assert kind is not Any, place
            assert not (isinstance(kind, type) and issubclass(kind, dict | list)), place
            assert not getattr(kind, "__module__", "").startswith("db."), place
    assert len(seen) > 30


def said_by(value: Any, *, without: str) -> Iterator[str]:
    """Every text in a document, of two-language texts only the other than `without`."""
    if isinstance(value, LocalizedText):
        yield getattr(value, "en" if without == "zh" else "zh") or value.zh or value.en
    elif isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from said_by(getattr(value, field.name), without=without)
    elif isinstance(value, tuple):
        for item in value:
            yield from said_by(item, without=without)


def _data(name: str, without: str) -> str:
    document = document_named(name, "en")
    texts = (*said_by(document.sheet, without=without), *said_by(document.house, without=without))
    return "".join("".join(text.split()) for text in texts)


@pytest.mark.parametrize("name", everything())
def test_an_english_document_has_no_chinese_but_data(name: str) -> None:
    text = all_text(render([document_named(name, "en")], source).pdf)
    known = set(_data(name, "zh"))
    found = set(re.findall(r"[\u4e00-\u9fff、。，；：（）]", text))
    assert sorted(found - known) == []


@pytest.mark.parametrize("name", everything())
def test_a_chinese_document_has_no_unit_in_english(name: str) -> None:
    text = all_text(render([document_named(name, "zh")], source).pdf)
    # The number of a list ends in digits of its hash.
    text = re.sub(r"[A-Z]+-\d{8}-[0-9A-Fa-f]{8}|[0-9a-f]{8}\s?[0-9a-f]{8}", "", text)
    data = _data(name, "en")
    units = re.findall(
        r"\d+(?:\.\d+)?\s*(?:min|mins|h|hours?|d|days?|km|pcs|months?|weeks?)(?![A-Za-z0-9])", text
    )
    assert [unit for unit in units if "".join(unit.split()) not in data] == []
