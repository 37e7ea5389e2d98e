"""Blocks several documents show alike: merchant, terminal, photos, function tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from app.languages import LocalizedText
from app.reports.data.sheets import Device, Merchant, Photo, TestedItem, UnshownFile
from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.typeset.bilingual import Words
from app.reports.typeset.blocks import CROSSED, EMPTY, TICKED, LabelledFact, Tick, section
from app.reports.typeset.canvas import PageCanvas
from app.reports.typeset.flow import FlowItem
from app.reports.typeset.line_breaking import RichText, TextLine, TextSpan, break_lines
from app.reports.typeset.style import LINE, MM, NOTE, QUIET, SMALL, STRONG, THIN, WARNING
from app.reports.typeset.tables import SMALLER, PrintColumn, table

_STATES = {"passed": TICKED, "failed": CROSSED}


def said(t: DocumentLanguages, text: LocalizedText) -> Words:
    """A stored text in the document's languages."""
    return t.pick(text)


def safety_stop(flow: DocumentFlow, stop: Words) -> None:
    """A safety stop, its first line as a heading; below it what to do with the terminal, and as
    much room as between two blocks, so that nothing of it is read as a part of what follows."""
    parts = [text.partition("\n") for text in (stop.first, stop.second)]
    flow.words(Words(*(head for head, _line, _do in parts)), WARNING)
    flow.words(Words(*(do for _head, _line, do in parts)), SMALL, before=0.6 * MM)
    flow.space(3 * MM)


def listed(*parts: str) -> str:
    """The parts that are there, with a dot between."""
    return " · ".join(part for part in parts if part)


def unparted(flow: DocumentFlow, spans: Sequence[TextSpan]) -> tuple[TextSpan, ...]:
    """A duration or an amount in each language, its numbers beside their units."""
    if not flow.house.saves_pages:
        return tuple(spans)
    told: list[TextSpan] = []
    for span in spans:
        text = span.text.lstrip(" ")
        if text != span.text:
            told.append(TextSpan(" ", span.style))
        told.append(TextSpan(text, span.style, whole=True))
    return tuple(told)


def merchant_facts(
    t: DocumentLanguages, merchant: Merchant, *, boxes: bool = False, seen: bool | None = None
) -> list[LabelledFact]:
    """Block 2: who and where.  With `boxes` there is room to say whether the terminal stands where
    it is registered; `seen` is what somebody who looked there said."""
    return [
        LabelledFact(t("Merchant"), TextSpan(merchant.name, STRONG)),
        LabelledFact(t("MID"), merchant.mid),
        LabelledFact(t("Installed at"), merchant.address),
        LabelledFact(t("As registered"), _as_registered(t, merchant, seen, boxes=boxes)),
        LabelledFact(t("Contact person"), listed(merchant.contact, merchant.phone)),
        LabelledFact(t("Acquirer"), merchant.acquirer),
        *([LabelledFact(t("USCC"), merchant.uscc)] if merchant.uscc else []),
    ]


def _as_registered(
    t: DocumentLanguages, merchant: Merchant, seen: bool | None, *, boxes: bool
) -> RichText:
    """A box is ticked by who looked; what the register says of its own addresses are words."""
    address, registered = merchant.address, merchant.registered_address
    told: tuple[TextSpan, ...] = ()
    if address and registered and address != registered:
        told = t("register: {address}", address=registered).spans(QUIET)
    if boxes:
        return (*yes_no(t, seen), *((TextSpan("\u3000"), *told) if told else ()))
    same = t("register: same address").spans(QUIET) if address and registered else ()
    return told or same


def yes_no(t: DocumentLanguages, value: bool | None) -> tuple[TextSpan, ...]:
    """Two boxes, one of them ticked when the answer is known."""
    yes, no = t("Yes"), t("No")
    return (
        TextSpan(f"{TICKED if value else EMPTY}\u00a0"),
        *yes.spans(),
        TextSpan(f"\u3000{TICKED if value is False else EMPTY}\u00a0"),
        *no.spans(),
    )


def device_facts(t: DocumentLanguages, device: Device, today: date) -> list[LabelledFact]:
    """Block 3: the device."""
    versions = listed(device.firmware, device.app_version)
    return [
        LabelledFact(
            t("Terminal"),
            (
                TextSpan(listed(" ".join(filter(None, (device.manufacturer, device.model))))),
                *(
                    [TextSpan(" · "), *t.word("terminal_kind", device.kind).spans()]
                    if device.kind
                    else []
                ),
            ),
        ),
        LabelledFact(t("TID / SN"), " / ".join(filter(None, (device.tid, device.serial)))),
        LabelledFact(
            t("Version / link"),
            (
                TextSpan(versions),
                TextSpan(" · " if versions else ""),
                *t.word("link", device.link).spans(),
            ),
        ),
        LabelledFact(t("Warranty"), _warranty(t, device.warranty_until, today)),
        LabelledFact(t("ICCID"), device.iccid),
        LabelledFact(t("IMEI / seal"), listed(device.imei, device.seal_no)),
    ]


def _warranty(t: DocumentLanguages, until: date | None, today: date) -> RichText:
    if until is None:
        return ""
    state = t("in warranty") if until >= today else t("out of warranty")
    return t("until {day} ({state})", day=t.day(until), state=state).spans()


def check_ticks(t: DocumentLanguages, kind: str, checks: Iterable[TestedItem]) -> list[Tick]:
    """Lines of a function test or security check."""
    found = []
    for check in checks:
        label = t.word(kind, check.item)
        remark = check.reference
        if check.outcome in {"failed", "na"}:
            outcome = str(t.word("test_outcome", check.outcome))
            remark = listed(outcome, remark)
        found.append(Tick(label, _STATES.get(check.outcome, EMPTY), remark))
    return found


def attached(t: DocumentLanguages, shown: Sequence[Photo], kept: Sequence[UnshownFile]) -> RichText:
    """How many pictures a document shows, and how many files it only names."""
    counts = []
    if shown:
        counts.append(t.plural("{count} photo", "{count} photos", len(shown)))
    if kept:
        counts.append(t.plural("{count} other file", "{count} other files", len(kept)))
    return t.names(counts).spans() if counts else t("nothing attached").spans(QUIET)


def photos(flow: DocumentFlow, items: Sequence[Photo], kept: Sequence[UnshownFile] = ()) -> None:
    """Pictures in rows of two with stage and caption; below them the files that were `kept` but
    cannot be shown."""
    if not items and not kept:
        return
    t = flow.t
    flow.end_main()
    if items:
        section(flow, t.plural("Photos ({count})", "Photos ({count})", len(items)))
        gap = 5 * MM
        width = (flow.width - gap) / 2
        for i in range(0, len(items), 2):
            flow.add(_photo_row(t, items[i : i + 2], width, gap))
    if kept:
        _kept(flow, kept)


def _kept(flow: DocumentFlow, kept: Sequence[UnshownFile]) -> None:
    t = flow.t
    section(flow, t("Not shown here: the originals are kept as evidence"))
    columns = (
        PrintColumn(t("File"), 2),
        PrintColumn(t("Taken of"), 1),
        PrintColumn(t("Size"), mm=20, align="right"),
        PrintColumn(t("SHA-256"), 3, style=SMALL),
    )
    rows = [
        (
            listed(file.name, file.caption),
            t.word("photo_stage", file.stage).spans(),
            _size(file.size),
            file.sha256,
        )
        for file in kept
    ]
    table(flow, columns, rows, size=SMALLER, numbered=True)


def _size(size: int) -> str:
    """A size of a file as people read it."""
    return f"{size / 2**20:.1f} MB" if size >= 2**20 else f"{max(size / 2**10, 0.1):.1f} KB"


_TALLEST_PHOTO = 70 * MM
_LARGEST_PIXEL = MM / 4
"""A small picture is shown at 100 dots to the inch at most; larger it would only be coarser."""


def _photo_row(t: DocumentLanguages, items: Sequence[Photo], width: float, gap: float) -> FlowItem:
    sizes = []
    captions = []
    for item in items:
        scale = min(
            width / item.picture.width, _TALLEST_PHOTO / item.picture.height, _LARGEST_PIXEL
        )
        sizes.append((item.picture.width * scale, item.picture.height * scale))
        captions.append(_caption(t, item, width))
    tall = max(size[1] for size in sizes)
    under = max(sum(line.leading for line in lines) for lines in captions)

    def draw(canvas: PageCanvas, x: float, top: float) -> None:
        for item, size, lines in zip(items, sizes, captions, strict=True):
            corner = (x, top + tall - size[1])
            with canvas.figure(" ".join(line.text for line in lines)):
                canvas.image(item.picture, corner, size)
            canvas.box(corner, size, stroke=LINE, width=THIN)
            y = top + tall + 1 * MM
            for line in lines:
                line.draw(canvas, x, y)
                y += line.leading
            x += width + gap

    return FlowItem(height=tall + under + 3 * MM, draw=draw)


def _caption(t: DocumentLanguages, item: Photo, width: float) -> list[TextLine]:
    spans = [*t.word("photo_stage", item.stage).spans(SMALL)]
    rest = listed(item.caption, t.moment(item.at))
    if rest:
        spans.append(TextSpan(f" · {rest}", NOTE))
    if item.damaged:
        spans.append(TextSpan(" · ", NOTE))
        spans.extend(t("file damaged, kept as evidence").spans(NOTE))
    return break_lines(spans, width, SMALL)
