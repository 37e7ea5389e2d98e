"""What papers say of the house, for the office and by acquirer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from app.domain.errors import InvalidInput
from app.domain.wordings import PaperWording, ReportColumn, StampPlace
from app.languages import LocalizedText
from app.reports.media.raster import PdfPages
from app.services import Services
from app.services.documents.reading import verify
from app.services.documents.requests import Request
from app.services.documents.wordings import EVERYBODY
from tests.services.documents.paper import close, number_of, resolved

OFFICE = PaperWording(
    company="城东服务站", closing=LocalizedText(zh="本单一式两份。", en="In two.")
)
ACQUIRER = PaperWording(
    titles=(("service_report", LocalizedText(zh="收单机具维修工单", en="Work order")),),
    notice=LocalizedText(zh="投诉请拨 95516。", en="Complaints: 95516."),
    stamp=StampPlace.BELOW,
    hidden=(ReportColumn.MINUTES, ReportColumn.PRICES),
)


def report(services: Services, acquirer: str, number: int) -> tuple[str, bytes]:
    """The report of a shop of an acquirer: its text and the file."""
    incident = resolved(
        services,
        serial=f"SN0000000{number}",
        tid=f"7000000{number}",
        mid=f"84829005812000{number}",
        acquirer=acquirer,
    )
    close(services, incident)
    request = Request(kind="service_report", subject=number_of(services, incident), language="zh")
    pdf = services.reporting.pdf(request).pdf
    with PdfPages(pdf) as pages:
        return "\n".join(pages.text(i) for i in range(pages.count)), pdf


def test_an_acquirer_has_its_own_words_and_the_office_its_own(any_services: Services) -> None:
    any_services.wordings.save(EVERYBODY, OFFICE)
    any_services.wordings.save("甲行", ACQUIRER)
    theirs, pdf = report(any_services, "甲行", 1)
    others, _pdf = report(any_services, "乙行", 2)
    assert "收单机具维修工单" in theirs
    assert "投诉请拨 95516" in theirs
    assert "城东服务站" in theirs, "what it leaves empty is as for the office"
    assert "本单一式两份" in theirs
    assert "单价" not in theirs
    assert "120.00" not in theirs
    assert "分钟" not in theirs.partition("所做处理")[2].partition("配件")[0]
    assert "终端维修服务单" in others
    assert "城东服务站" in others
    assert "120.00" in others
    assert verify(pdf).sound, "the data inside say all that is on the pages"


def test_one_that_says_nothing_is_taken_away(services: Services) -> None:
    services.wordings.save("甲行", ACQUIRER)
    services.wordings.save("甲行", PaperWording())
    assert services.wordings.listed() == {}


def test_a_wording_is_read_as_it_was_saved(services: Services, tmp_path: Path) -> None:
    path = tmp_path / "logo.png"
    Image.new("RGB", (800, 300), (10, 90, 160)).save(path)
    wanted = replace(ACQUIRER, logo=services.wordings.logo_of(path))
    services.wordings.save("甲行", wanted)
    found = services.wordings.listed()["甲行"]
    assert found == replace(wanted, hidden=tuple(sorted(wanted.hidden)))
    with_logo, pdf = report(services, "甲行", 3)
    assert b"/Image" in pdf
    assert with_logo


def test_what_is_no_picture_is_no_logo(services: Services, tmp_path: Path) -> None:
    path = tmp_path / "logo.png"
    path.write_bytes(b"<svg/>")
    with pytest.raises(InvalidInput):
        services.wordings.logo_of(path)
    with pytest.raises(InvalidInput):
        services.wordings.save("", PaperWording(titles=(("nothing", LocalizedText(zh="甲")),)))


@pytest.mark.parametrize(("paper", "width"), [("roll80", 80), ("roll58", 58), ("a5", 148)])
def test_a_report_fits_the_paper_of_a_shop(services: Services, paper: str, width: int) -> None:
    incident = resolved(services)
    close(services, incident)
    number = number_of(services, incident)
    whole = services.reporting.pdf(Request(kind="service_report", subject=number))
    small = services.reporting.pdf(Request(kind="service_report", subject=number, paper=paper))
    assert small.hashes == whole.hashes, "it says the same"
    assert verify(small.pdf).sound
    with PdfPages(small.pdf) as pages:
        wide, high = pages.size(0)
        text = "".join(pages.text(i) for i in range(pages.count))
        if paper != "a5":
            assert pages.count == 1
    assert round(wide / 72 * 25.4) == width
    assert high > wide
    for said in ("¥120.00", number, "电池", small.hashes[0][:8]):
        assert said in text


def test_only_papers_a_merchant_sees_speak_of_the_pin(services: Services) -> None:
    resolved(services, mid="848290058129999")
    for kind, subject, speaks in (
        ("device_list", "", False),
        ("merchant_summary", "848290058129999", True),
    ):
        with PdfPages(services.reporting.pdf(Request(kind=kind, subject=subject)).pdf) as pages:
            assert ("密码" in pages.text(0)) is speaks, kind
