"""Paper can be filed, says what it does not show, and has room for a pen."""

from __future__ import annotations

import hashlib
import itertools
import re
from dataclasses import replace
from zoneinfo import ZoneInfo

import pypdfium2 as pdfium
import pytest

from app.domain.documents import AttachmentDraft, SignerRole, Stage
from app.reports.documents.monthly import REST
from app.services import Services
from app.services.documents.attachments import Owner
from app.services.documents.kinds import REQUESTABLE
from app.services.documents.month_figures import MOST_BARS, _counted
from app.services.documents.requests import Request
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_terminal
from tests.reports.reading import all_text, page_texts
from tests.services.documents.paper import close, number_of, resolved, sign

LISTS = ("device_list", "warning_digest", "monthly", "month_pack", "compliance", "schedule_year")


def said(services: Services, kind: str, subject: str = "", language: str = "zh") -> str:
    """What a paper says, without white space."""
    request = Request(kind=kind, subject=subject, language=language)
    return all_text(services.reporting.pdf(request).pdf)


def test_a_file_that_cannot_be_shown_is_named_with_its_hash(any_services: Services) -> None:
    incident = resolved(any_services)
    content = b"%PDF-1.7 the slip of the acquirer"
    draft = AttachmentDraft("签购单.pdf", Stage.EVIDENCE, "收单机构回执")
    any_services.attachments.add(Owner(incident_id=incident), content, draft)
    text = said(any_services, "service_report", number_of(any_services, incident))
    assert "原件留证" in text
    assert "签购单.pdf" in text
    assert hashlib.sha256(content).hexdigest() in text
    assert "其他文件1个" in text


def test_a_signature_from_before_files_were_listed_stays(services: Services) -> None:
    incident = resolved(services)
    sign(services, incident)
    draft = AttachmentDraft("迟到的文件.pdf", Stage.EVIDENCE)
    services.attachments.add(Owner(incident_id=incident), b"%PDF-1.7 later", draft)
    text = said(services, "service_report", number_of(services, incident))
    assert "迟到的文件.pdf" in text
    assert "签字后内容已改动" not in text
    assert "changed after signing" not in said(
        services, "service_report", number_of(services, incident), "en"
    )


def test_a_step_has_its_minutes_and_who_did_it(services: Services) -> None:
    text = said(services, "service_report", number_of(services, resolved(services)))
    assert re.search(r"重新签到仍失败5T01", text), "minutes and person of the step"


@pytest.mark.parametrize("kind", LISTS)
def test_every_page_of_a_list_has_a_number_and_says_of_when_it_is(
    services: Services, kind: str
) -> None:
    make_terminal(services)
    printed = services.reporting.pdf(Request(kind=kind))
    code = REQUESTABLE[kind].layout.code
    number = f"{code}-{services.context.now():%Y%m%d}-{printed.hashes[0][:8].upper()}"
    for page in page_texts(printed.pdf):
        assert number in page
        assert re.search(r"\d{2}:\d{2}:\d{2} UTC", page), "to the second, with the zone"


def test_two_makings_differ_in_print_as_their_hashes_do(
    services: Services, clock: FrozenClock
) -> None:
    make_terminal(services)
    first = services.reporting.pdf(Request(kind="device_list"))
    clock.forward(seconds=1)
    second = services.reporting.pdf(Request(kind="device_list"))
    assert first.hashes != second.hashes

    def seconds(pdf: bytes) -> list[str]:
        return re.findall(r"\d{2}:\d{2}:\d{2}", page_texts(pdf)[0])

    assert seconds(first.pdf) != seconds(second.pdf)


def test_the_zone_of_the_office_is_printed_and_decides_the_times(services: Services) -> None:
    incident = make_incident(services)
    number = number_of(services, incident)
    services.context.zone = ZoneInfo("Asia/Shanghai")
    east = said(services, "service_report", number)
    services.context.zone = ZoneInfo("America/New_York")
    west = said(services, "service_report", number)
    assert "UTC+8" in east
    assert "UTC-" in west
    assert east != west


def test_a_draft_and_a_void_report_say_so_across_the_page(services: Services) -> None:
    incident = make_incident(services)
    number = number_of(services, incident)
    assert "草稿" in said(services, "service_report", number)
    services.incidents.cancel(incident, "重复报修")
    text = said(services, "service_report", number)
    assert "作废" in text
    assert "草稿" not in text
    finished = resolved(services, serial="TESTN91000000777")
    close(services, finished)
    final = said(services, "service_report", number_of(services, finished))
    assert "草稿" not in final
    assert "作废" not in final


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_an_order_has_a_copy_for_each_side_and_nothing_ticked(
    any_services: Services, language: str
) -> None:
    number = number_of(any_services, make_incident(any_services))
    printed = any_services.reporting.pdf(
        Request(kind="service_order", subject=number, language=language)
    )
    text = all_text(printed.pdf)
    assert len(printed.documents) == 2
    for copy in (
        ("Copyforthemerchant", "Copyforthecompany")
        if language == "en"
        else (
            "客户联",
            "公司联",
        )
    ):
        assert copy in text
    assert "☑" not in text
    assert "☒" not in text
    assert "¥" not in text


def test_lines_for_a_pen_are_eight_millimetres_apart(services: Services) -> None:
    number = number_of(services, make_incident(services))
    pdf = services.reporting.pdf(Request(kind="service_order", subject=number)).pdf
    with pdfium.PdfDocument(pdf) as opened:
        image = opened[0].render(scale=4, grayscale=True).to_pil()
    dark = [
        y
        for y in range(image.height)
        if sum(image.getpixel((x, y)) < 190 for x in range(220, image.width - 200, 8))  # type: ignore[operator]
        > (image.width - 420) / 8 * 0.97
    ]
    lines = [y for before, y in itertools.pairwise(dark) if y - before > 1]
    gaps = [(b - a) / 4 / 72 * 25.4 for a, b in itertools.pairwise(lines)]
    assert [gap for gap in gaps if gap < 12], "lines across the page"
    assert all(gap >= 7.95 for gap in gaps if gap < 12), gaps


def test_bars_without_a_place_are_counted_together() -> None:
    names = [f"型号{n}" for n in range(MOST_BARS + 3) for _ in range(20 - n)]
    bars = _counted(names)
    assert len(bars) == MOST_BARS + 1
    assert bars[-1].kind == REST
    assert bars[-1].name == "3"
    assert sum(bar.count for bar in bars) == len(names)


def test_sums_stand_in_words_where_the_company_wants_them(services: Services) -> None:
    number = number_of(services, resolved(services))
    assert "人民币" not in said(services, "service_report", number)
    services.context.letterhead = replace(services.context.letterhead, sums_in_words=True)
    assert "人民币壹佰贰拾元整" in said(services, "service_report", number)
    assert "人民币" not in said(services, "service_report", number, "en")


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_each_copy_of_an_order_is_one_page_with_lines_for_a_pen(
    services: Services, language: str
) -> None:
    number = number_of(services, make_incident(services))
    request = Request(kind="service_order", subject=number, language=language)
    printed = services.reporting.pdf(request)
    assert (printed.pages, len(printed.documents)) == (2, 2)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_key_figure_and_its_definition_is_on_one_page(
    services: Services, language: str
) -> None:
    make_terminal(services)
    printed = services.reporting.pdf(Request(kind="month_pack", language=language))
    assert printed.pages == 1


def test_the_trail_says_roles_in_words_and_amounts_in_yuan(services: Services) -> None:
    incident = resolved(services)
    sign(services, incident, SignerRole.REVIEWER)
    text = said(services, "audit_trail")
    assert "审核" in text
    assert "reviewer" not in text
    assert "¥120.00" in text
    assert "12000" not in text
