"""Every rule about the source would find what it forbids."""

from __future__ import annotations

from typing import Any

import pytest

from tests.architecture import (
    source_rules,
    test_actions,
    test_dialogs,
    test_house,
    test_kinds_of_operations,
    test_names,
    test_one_definition,
    test_signals,
)
from tests.architecture.source_rules import ROOT, Source, SourceRule

PAGE = "app/gui/pages/today/page.py"
FORBIDDEN = [
    (test_house.messages_not_extracted, "app/cli/verb.py", '_t("Save")'),
    (test_house.sentences_in_two_languages, PAGE, 'LocalizedText("保存", "Save")'),
    (test_house.lists_of_languages, PAGE, 'LANGUAGES = ("zh", "en")'),
    (test_house.unreadable, "app/files.py", "x = 1"),
    (test_house.unreadable, "app/utils.py", '"""Text."""'),
    (test_house.unreadable, "app/files.py", '"""Text."""\n' + "x = 1\n" * 401),
    (test_house.unreadable, "app/files.py", '"""Text."""\ndef f():\n' + "    x = 1\n" * 61),
    (test_house.broad_excepts, PAGE, "try:\n    x()\nexcept Exception:\n    pass"),
    (test_house.broad_excepts, PAGE, "try:\n    x()\nexcept:\n    raise"),
    (test_house.markup_in_the_window, PAGE, "QLabel(name)"),
    (test_house.markup_in_the_window, PAGE, "label.setToolTip(row.name)"),
    (test_house.flushed_and_written, "app/logs.py", "os.fsync(1)"),
    (test_house.changed_by_the_wheel, PAGE, "QComboBox()"),
    (test_house.changed_by_the_wheel, PAGE, "class Choice(QComboBox): pass"),
    (test_names.classes, "db/engine.py", "class Database: pass"),
    (
        test_names.values_by_place,
        "db/engine.py",
        "@dataclass(frozen=True)\nclass Six:\n" + "".join(f"    x{n}: int\n" for n in range(6)),
    ),
    (test_dialogs.window_classes, PAGE, "class Question(QDialog): pass"),
    (test_one_definition.writing, "app/logs.py", 'open(path, "w")'),
    (test_one_definition.written_dates, PAGE, 'f"{day:%Y-%m-%d}"'),
    (test_signals.unclear_signals, PAGE, "class Page:\n    chosen = Signal(object)"),
    (test_signals.emitted_texts, PAGE, 'self.chosen.emit("save")'),
    (test_kinds_of_operations.kinds_named, PAGE, 'may("incident.fly")'),
    (test_actions.made_shortcuts, PAGE, "QShortcut(key, self)"),
    (test_actions.named_keys, PAGE, 'HINT = "Ctrl+S"'),
]


@pytest.mark.parametrize(("rule", "place", "text"), FORBIDDEN)
def test_what_is_forbidden_is_found(rule: SourceRule[Any], place: str, text: str) -> None:
    assert list(rule.look(Source(ROOT / place, text)))


def test_promises_without_a_docstring_and_broad_excepts_that_raise_again_are_told_apart() -> None:
    text = '"""Text."""\ndef said():\n    """It."""\ndef unsaid(): ...\ndef _own(): ...'
    found = test_house.public_names.look(Source(ROOT / "app/services/x.py", text))
    assert [promises for _name, promises in found] == [True, False]
    again = "try:\n    x()\nexcept BaseException:\n    close()\n    raise"
    assert list(test_house.broad_excepts.look(Source(ROOT / PAGE, again))) == []


def test_every_file_of_the_program_is_read() -> None:
    names = {Source(path, "").name for path in source_rules.CODE}
    assert len(names) > 800
    assert {"app/__main__.py", "db/engine.py", "resources/knowledge/learn.py"} <= names
