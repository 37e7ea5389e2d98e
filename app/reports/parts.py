"""Blocks several documents show alike: merchant, terminal, photos, function tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from app.reports.blocks import CROSSED, EMPTY, TICKED, Fact, Tick, section
from app.reports.pen import Pen
from app.reports.sheets import Bilingual, Check, Device, Merchant, Photo
from app.reports.story import Story, Strip
from app.reports.style import LINE, MM, NOTE, QUIET, SMALL, STRONG, THIN
from app.reports.text import Line, Rich, Span, lay
from app.reports.words import Speech, Words

_STATES = {"passed": TICKED, "failed": CROSSED}


def said(t: Speech, text: Bilingual) -> Words:
    """A stored text in the document's languages."""
    return t.pick(text.zh, text.en)


def listed(*parts: str) -> str:
    """The parts that are there, with a dot between."""
    return " · ".join(part for part in parts if part)


def merchant_facts(
    t: Speech, merchant: Merchant, *, boxes: bool = False, seen: bool | None = None
) -> list[Fact]:
    """Block 2: who and where.  With `boxes` there is room to say whether the terminal stands where
    it is registered; `seen` is what somebody who looked there said."""
    return [
        Fact(t("Merchant"), Span(merchant.name, STRONG)),
        Fact(t("MID"), merchant.mid),
        Fact(t("Installed at"), merchant.address),
        Fact(t("As registered"), _as_registered(t, merchant, seen, boxes=boxes)),
        Fact(t("Contact person"), listed(merchant.contact, merchant.phone)),
        Fact(t("Acquirer"), merchant.acquirer),
    ]


def _as_registered(t: Speech, merchant: Merchant, seen: bool | None, *, boxes: bool) -> Rich:
    """A box is ticked by who looked; what the register says of its own addresses are words."""
    address, registered = merchant.address, merchant.registered_address
    told: tuple[Span, ...] = ()
    if address and registered and address != registered:
        told = t("register: {address}", address=registered).spans(QUIET)
    if boxes:
        return (*yes_no(t, seen), *((Span("\u3000"), *told) if told else ()))
    same = t("register: same address").spans(QUIET) if address and registered else ()
    return told or same


def yes_no(t: Speech, value: bool | None) -> tuple[Span, ...]:
    """Two boxes, one of them ticked when the answer is known."""
    yes, no = t("Yes"), t("No")
    return (
        Span(f"{TICKED if value else EMPTY}\u00a0"), *yes.spans(),
        Span(f"\u3000{TICKED if value is False else EMPTY}\u00a0"), *no.spans(),
    )  # fmt: skip


def device_facts(t: Speech, device: Device, today: date) -> list[Fact]:
    """Block 3: the device."""
    versions = listed(device.firmware, device.app_version)
    return [
        Fact(t("Terminal"), (
            Span(listed(" ".join(filter(None, (device.manufacturer, device.model))))),
            *([Span(" · "), *t.word("terminal_kind", device.kind).spans()] if device.kind else []),
        )),
        Fact(t("TID / SN"), " / ".join(filter(None, (device.tid, device.serial)))),
        Fact(t("Version / link"), (
            Span(versions), Span(" · " if versions else ""), *t.word("link", device.link).spans(),
        )),
        Fact(t("Warranty"), _warranty(t, device.warranty_until, today)),
        Fact(t("ICCID"), device.iccid),
        Fact(t("IMEI / seal"), listed(device.imei, device.seal_no)),
    ]  # fmt: skip


def _warranty(t: Speech, until: date | None, today: date) -> Rich:
    if until is None:
        return ""
    state = t("in warranty") if until >= today else t("out of warranty")
    return t("until {day} ({state})", day=t.day(until), state=state).spans()


def check_ticks(t: Speech, kind: str, checks: Iterable[Check]) -> list[Tick]:
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


def photos(story: Story, items: Sequence[Photo], *, number: int | None = None) -> None:
    """Pictures in rows of two with stage and caption."""
    if not items:
        return
    t = story.t
    story.end_main()
    section(story, t("Photos"), number)
    gap = 5 * MM
    width = (story.width - gap) / 2
    for i in range(0, len(items), 2):
        story.add(_photo_row(t, items[i : i + 2], width, gap))


_TALLEST_PHOTO = 70 * MM


def _photo_row(t: Speech, items: Sequence[Photo], width: float, gap: float) -> Strip:
    sizes = []
    captions = []
    for item in items:
        scale = min(width / item.picture.width, _TALLEST_PHOTO / item.picture.height)
        sizes.append((item.picture.width * scale, item.picture.height * scale))
        captions.append(_caption(t, item, width))
    tall = max(size[1] for size in sizes)
    under = max(sum(line.leading for line in lines) for lines in captions)

    def draw(pen: Pen, x: float, top: float) -> None:
        for item, size, lines in zip(items, sizes, captions, strict=True):
            corner = (x, top + tall - size[1])
            pen.image(item.picture, corner, size)
            pen.box(corner, size, stroke=LINE, width=THIN)
            y = top + tall + 1 * MM
            for line in lines:
                line.draw(pen, x, y)
                y += line.leading
            x += width + gap

    return Strip(tall + under + 3 * MM, draw)


def _caption(t: Speech, item: Photo, width: float) -> list[Line]:
    spans = [*t.word("photo_stage", item.stage).spans(SMALL)]
    rest = listed(item.caption, t.moment(item.at))
    if rest:
        spans.append(Span(f" · {rest}", NOTE))
    if item.damaged:
        spans.append(Span(" · ", NOTE))
        spans.extend(t("file damaged, kept as evidence").spans(NOTE))
    return lay(spans, width, SMALL)
