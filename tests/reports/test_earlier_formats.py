"""Documents of earlier formats are read, proved, and printed again with the hash they had.

The files in ``data`` were made by the code of earlier commits: ``earlier_*`` by 542e9c4, which said
figures, intervals, reasons and warnings in words; ``earlier_monthly_measured`` by 994367a, which
had numbers in the key figures but still their names in words; ``defined_monthly`` by
12740592, whose key figures had definitions of their own; ``earlier_warning_digest_by_kind`` by
b46c0ce, whose warnings were of four kinds.  Their data are those of then, the pages were made anew
when documents became tagged (898639c); ``untagged_monthly`` is the file of 542e9c4 itself.
``second_edition_month_pack`` is of e5ce41c, before headings kept lines below them;
``third_edition_*`` are of 652f587f, before papers were set closer to save a page;
``fourth_edition_*`` of f4298b61, before the pages of a schedule explained their signs.
"""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.documents import HandOut
from app.domain.errors import InvalidInput
from app.reports.data.content import canonical, content_of, document_of
from app.reports.data.earlier_formats import format_of, steps_of
from app.reports.data.sheets import EDITION
from app.reports.media.raster import PdfPages
from app.reports.render import render
from app.services import Services
from app.services.documents.issued import HandedDocument, HandOutNote, keep_hand_out
from app.services.documents.kinds import layouts
from app.services.documents.reading import Authenticity, read, verify
from app.services.documents.verifying import ProofAnswer, judge
from tests.reports.reading import page_texts
from tests.reports.samples import document
from tests.reports.samples_more import everything

DATA = Path(__file__).parent / "data"
EARLIER = sorted(DATA.glob("earlier_*.pdf"))


@pytest.mark.parametrize("path", EARLIER, ids=lambda path: path.stem)
def test_a_document_of_an_earlier_format_is_read_and_proved(path: Path) -> None:
    pdf = path.read_bytes()
    with PdfPages(pdf) as pages:
        ((_name, data),) = [f for f in pages.attachments() if f[0].endswith(".json")]
    (found,) = read(pdf)
    assert canonical(found.content) == data, "what was written is shown as it was written"
    assert found.content["version"] < format_of(type(found.document.sheet))
    assert verify(pdf).verdict is Authenticity.GENUINE
    assert judge(pdf).pages is ProofAnswer.YES


def test_one_whose_file_was_written_otherwise_says_the_same_and_is_no_forgery() -> None:
    pdf = (DATA / "untagged_monthly.pdf").read_bytes()
    (found,) = read(pdf)
    proof = verify(pdf)
    assert (proof.verdict, proof.pages, proof.foreign) == (Authenticity.SAME_PAGES, (), ())
    assert judge(pdf).pages is ProofAnswer.UNPROVED
    assert render([found.document], layouts()).hashes == (found.sha256,)


def test_one_that_left_is_genuine(services: Services) -> None:
    for path in EARLIER:
        pdf = path.read_bytes()
        handed = [HandedDocument(one.kind, one.number, one.sha256) for one in read(pdf)]
        keep_hand_out(services.context, handed, pdf, HandOutNote(HandOut.SAVED))
        assert services.verifying.judge(pdf).verdict is ProofAnswer.YES, path.stem


@pytest.mark.parametrize("path", EARLIER, ids=lambda path: path.stem)
def test_printed_again_it_keeps_its_data_and_its_hash(path: Path) -> None:
    (found,) = read(path.read_bytes())
    again = render([found.document], layouts())
    assert again.hashes == (found.sha256,)
    assert again.pdf == path.read_bytes()


def test_what_was_said_in_words_is_still_said() -> None:
    (month,) = read((DATA / "earlier_monthly.pdf").read_bytes())
    figures = month.document.sheet.figures  # type: ignore[attr-defined]
    assert [(f.name.zh, f.value_said, f.before_said) for f in figures][3] == (
        "恢复中位数",
        "3 小时 12 分",
        "3 小时 40 分",
    )
    (year,) = read((DATA / "earlier_schedule_year.pdf").read_bytes())
    lines = year.document.sheet.lines  # type: ignore[attr-defined]
    assert {line.interval.zh for line in lines} >= {"每月", "每 3 个月"}
    (late,) = read((DATA / "earlier_compliance.pdf").read_bytes())
    cases = late.document.sheet.cases  # type: ignore[attr-defined]
    assert cases[0].reason_said.en == "shop closed for works"


def test_key_figures_with_definitions_of_their_own_are_printed_with_those() -> None:
    pdf = (DATA / "defined_monthly.pdf").read_bytes()
    (found,) = read(pdf)
    assert "恢复时长中位数　已解决的异常从停机到恢复的中位小时数。" in page_texts(pdf)[0]
    assert render([found.document], layouts()).pdf == pdf
    assert verify(pdf).verdict is Authenticity.GENUINE


@pytest.mark.parametrize("name", ["monthly", "schedule_year", "compliance", "evidence"])
def test_new_documents_have_the_present_format_and_no_words_of_earlier_ones(name: str) -> None:
    kind, sheet = everything()[name]
    content = content_of(document(sheet, kind))
    assert content["version"] == format_of(type(sheet)) == 2
    written = json.dumps(content, ensure_ascii=False)
    for only_earlier in ("_said", "formula", '"interval"'):
        assert only_earlier not in written
    read_back = document_of(json.loads(canonical(content)), type(sheet))
    assert read_back.written is None
    assert read_back.sheet == sheet


def test_a_forged_page_of_an_earlier_format_is_found() -> None:
    (found,) = read((DATA / "earlier_compliance.pdf").read_bytes())
    content = copy.deepcopy(found.content)
    content["sheet"]["cases"][0]["reason"]["zh"] = "改过的原因"
    changed = document_of(content, type(found.document.sheet))
    forged = render([replace(found.document, sheet=changed.sheet)], layouts()).pdf
    assert read(forged)[0].sha256 == found.sha256, "data and hash are those of the document"
    assert judge(forged).pages is ProofAnswer.NO
    assert judge(render([changed], layouts()).pdf).issued is ProofAnswer.UNPROVED


@pytest.mark.parametrize("number", [0, 3, 99, "2", None, 1.0, True])
def test_an_unknown_format_is_refused_by_its_number(number: object) -> None:
    kind, sheet = everything()["monthly"]
    content = {**content_of(document(sheet, kind)), "version": number}
    with pytest.raises(InvalidInput) as refused:
        document_of(content, type(sheet))
    assert refused.value.code == "document.version"


@pytest.mark.parametrize("broken", [None, [], "x", {}, {"figures": 3}, {"figures": [1]}])
def test_a_broken_sheet_of_an_earlier_format_is_refused(broken: object) -> None:
    kind, sheet = everything()["monthly"]
    content = {**content_of(document(sheet, kind)), "version": 1, "sheet": broken}
    with pytest.raises(InvalidInput) as refused:
        document_of(content, type(sheet))
    assert refused.value.code == "document.malformed"


def test_every_step_leads_to_the_format_after_it() -> None:
    stepped = {kind.id for kind in layouts().values() if steps_of(kind.sheet)}
    assert stepped == {path.stem.split("_", 1)[1] for path in EARLIER} - {
        "monthly_measured",
        "warning_digest_by_kind",
    }


def test_one_of_an_earlier_edition_of_the_paper_is_made_as_it_was() -> None:
    pdf = (DATA / "second_edition_month_pack.pdf").read_bytes()
    (found,) = read(pdf)
    assert found.document.house.edition == 2 < EDITION
    assert verify(pdf).verdict is Authenticity.GENUINE


@pytest.mark.parametrize("edition", ["third", "fourth"])
def test_a_paper_of_an_earlier_edition_is_made_as_it_was(edition: str) -> None:
    papers = sorted(DATA.glob(f"{edition}_edition_*.pdf"))
    assert papers
    for path in papers:
        pdf = path.read_bytes()
        documents = [one.document for one in read(pdf)]
        assert {one.house.edition for one in documents} == {("third", "fourth").index(edition) + 3}
        assert render(documents, layouts()).pdf == pdf, path.stem
        assert verify(pdf).verdict is Authenticity.GENUINE
        now = [replace(one, house=replace(one.house, edition=EDITION)) for one in documents]
        assert page_texts(render(now, layouts()).pdf) != page_texts(pdf), path.stem
