"""The child of `test_further_language`: speaks the language ``qx`` and prints what is not in it.

Every message and every text of the fault catalogue stands between ⟦ and ⟧, and so does all data
typed here; what is left outside is a sentence, a label or a word nobody can translate.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from app import bootstrap, paths
from app import settings as settings_file
from app.settings import Settings
from tests.factories import make_incident, make_technician, make_terminal

CODE = "qx"
_MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
_WORD = re.compile(r"[\u4e00-\u9fff]+|[A-Za-z]*[a-z]{3,}")
_SAME_EVERYWHERE = {
    *("Ctrl", "Shift", "Alt", "Return", "Enter", "Esc", "Del"),  # keys, as Qt names them
    *("Scroll", "Left", "Right"),  # a tab bar's own; Qt brings its words for languages it knows
    *("中文", "English"),  # languages by their own names
    "Letter",  # the paper
    *("POSCare", "poscare", "csv", "pdf", "json", "xlsx", "http", "URL"),
    *("incident", "terminal", "visit", "plan", "report"),  # verbs of the command line
}


def left_over(text: str) -> list[str]:
    """Words outside the marks."""
    text = re.sub(r"\S*/\S*", "", text)  # paths
    before = ""
    while before != text:
        before, text = text, _MARKED.sub("", text)
    return [word for word in _WORD.findall(text) if word not in _SAME_EVERYWHERE]


def seed(services: Any) -> tuple[str, str]:
    """One terminal with an incident, all words marked; their serial and number."""
    make_technician(services, name="⟦T⟧")
    draft = {"serial": "V1E0000001", "tid": "50000001", "merchant_name": "⟦M⟧", "area": "⟦A⟧"}
    terminal = make_terminal(
        services,
        **draft,
        address="⟦S⟧",
        contact_name="⟦C⟧",
        manufacturer="⟦P⟧",
        model="⟦D⟧",
        acquirer="⟦Q⟧",
    )
    incident = make_incident(services, terminal, symptom="⟦W⟧")
    return "V1E0000001", services.incidents.get(incident).number


def said(arguments: list[str]) -> str:
    """What a verb prints."""
    from app.cli import main

    out = io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(out),
        contextlib.suppress(SystemExit),
    ):
        main(["--lang", CODE, *arguments])
    return out.getvalue()


def command_line(serial: str, number: str) -> Iterator[tuple[str, str]]:
    """What the reading verbs print."""
    for arguments in (
        ["terminal", "find", "V1E"],
        ["terminal", "show", serial],
        ["incident", "list"],
        ["incident", "show", number],
        ["visit", "list"],
        ["insight"],
        ["check"],
    ):
        yield " ".join(arguments), said(arguments)


def documents(services: Any, serial: str, number: str) -> Iterator[tuple[str, str]]:
    """The words of documents."""
    from app.services.documents.requests import Request
    from tests.reports.reading import all_text

    for kind, subject in (("service_report", number), ("terminal_history", serial)):
        pdf = services.reporting.pdf(Request(kind=kind, subject=subject, language=CODE)).pdf
        yield kind, all_text(pdf)


def window(services: Any, settings: Settings) -> Iterator[tuple[str, str]]:
    """The words of every page: labels, buttons, fields and what they say when pointed at."""
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QGroupBox, QLabel, QLineEdit, QWidget

    from app.gui.shell.application import make_application
    from app.gui.shell.main_window import PAGES, MainWindow
    from app.gui.shell.page import AppContext
    from app.gui.shell.screens import SIZE, settle

    application = make_application(settings, ["poscare"])
    context = AppContext(settings)
    shown = MainWindow(context)
    shown.resize(*SIZE)
    shown.show()
    context.set_services(services)
    for spec in PAGES:
        shown.show_page(spec.id)
        settle(context)
        for widget in shown.findChildren(QWidget):
            yield spec.id, widget.toolTip()
            yield spec.id, widget.accessibleName()
            if isinstance(widget, QLabel | QAbstractButton):
                yield spec.id, re.sub(r"<[^>]*>", "", widget.text())
            elif isinstance(widget, QComboBox):
                for place in range(widget.count()):
                    yield spec.id, widget.itemText(place)
            elif isinstance(widget, QLineEdit):
                yield spec.id, widget.placeholderText()
            elif isinstance(widget, QGroupBox):
                yield spec.id, widget.title()
    context.feed.stop()
    context.tasks.close()
    shown.close()
    application.processEvents()


def report(part: str, texts: Iterable[tuple[str, str]]) -> None:
    """Print a line for every text that is not in the language."""
    seen, marked = set[str](), 0
    for where, text in texts:
        marked += "⟦" in text
        words = left_over(text)
        if words and text not in seen:
            seen.add(text)
            print(f"{part}: {where}: {' '.join(words)} | {text.strip()[:160]!r}")
    assert marked, f"{part} is not in the language at all"


def main(home: str) -> None:
    """Seed a database in `home` and look at everything."""
    settings = Settings(
        language=CODE,
        report_language=CODE,
        technician="T01",
        device="L7",
        company_name="⟦H⟧",
        database=str(Path(home) / "poscare.db"),
    )
    settings_file.save(settings, paths.settings_file())
    services = bootstrap.build(settings)
    serial, number = seed(services)
    report("document", documents(services, serial, number))
    report("command line", command_line(serial, number))
    report("window", window(services, settings))


if __name__ == "__main__":
    main(*sys.argv[1:])
