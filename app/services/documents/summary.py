"""What a document says in a few lines of text: for a code on the screen that a phone reads, and for
whoever is about to sign it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from app.i18n import translator
from app.reports.data.content import content_of, guarded, hash_of
from app.reports.data.sheets import PrintedSheet
from app.reports.documents.languages import DocumentLanguages
from app.reports.documents.service_parts import other_told, stops_on, total_due
from app.reports.documents.service_sheet import ServiceReportSheet
from app.services.documents.kinds import layouts
from app.texts import word

MOST = 400
"""Characters: with Chinese at three bytes each a code that a phone reads from a screen."""
_MOST_LINE = 90


def summary_text(printed: PrintedSheet, language: str) -> str:
    """The document in short: number, what is dangerous, shop, device, what was found and done, what
    is to be paid; and, whatever room that leaves, the house and the beginning of the hash it is
    verified by.  Card numbers are masked, as on paper."""
    t = translator(language)
    house = printed.house
    digest = hash_of(content_of(printed))[:16]
    check = t("Check: {digest}", digest=f"{digest[:8]} {digest[8:]}")
    ending = _lines([" ".join(filter(None, (house.company, house.phone))), check])
    said = _lines(lines_in_short(printed, language))
    room = MOST - len(ending) - 1
    if len(said) > room:
        said = f"{said[: room - 1]}…"
    return f"{said}\n{ending}"


def lines_in_short(printed: PrintedSheet, language: str) -> list[str]:
    """Number, what is dangerous, shop, device, what was found and done, what became of other
    troubles, what is to be paid.  Card numbers are masked, as on paper."""
    document = guarded(printed.sheet)
    title = translator(language)(layouts()[printed.kind].title)
    lines = [" ".join(filter(None, (title, document.number)))]
    if isinstance(document, ServiceReportSheet):
        lines += _report(document, language)
    return [line for line in lines if line.strip()]


def _report(sheet: ServiceReportSheet, language: str) -> list[str]:
    t = translator(language)
    fault, outcome = sheet.fault, sheet.outcome
    found = word(t, "fault_class", fault.confirmed or fault.suggested)
    down = ""
    if fault.down_from and fault.restored_at and fault.restored_at - fault.down_from > timedelta(0):
        down = t("down {span}", span=t.duration(fault.restored_at - fault.down_from))
    parts = t(", ").join(f"{part.name} × {part.quantity}" for part in sheet.parts)
    named = (("SN", sheet.device.serial), ("TID", sheet.device.tid))
    return [
        *(stop.in_(language) for stop in stops_on(fault, sheet.terminal_stops)),
        sheet.merchant.name,
        " ".join(f"{name} {value}" for name, value in named if value),
        " · ".join(filter(None, (fault.code, fault.reported))),
        " · ".join(filter(None, (found, word(t, "result", outcome.result), down))),
        outcome.work_done,
        *(other_told(DocumentLanguages(t), each).first for each in sheet.others),
        t("Parts: {parts}", parts=parts) if parts else "",
        _due(sheet, language),
    ]


def _due(sheet: ServiceReportSheet, language: str) -> str:
    """What is to be paid; nothing where a price is not known."""
    whole = total_due(sheet)
    t = translator(language)
    return t("Total due {amount}", amount=f"¥{whole / 100:,.2f}") if whole else ""


def _lines(lines: Sequence[str]) -> str:
    return "\n".join(_short(line) for line in lines if line.strip())


def _short(line: str) -> str:
    flat = " ".join(line.split())
    return flat if len(flat) <= _MOST_LINE else flat[: _MOST_LINE - 1] + "…"
