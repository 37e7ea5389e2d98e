"""ReportLab still has the undocumented names used here, they mean what is believed, and no other
module reaches for them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from reportlab.pdfbase import pdfdoc
from reportlab.pdfbase.ttfonts import TTFont

from app.reports.typeset import embedding
from app.reports.typeset import reportlab_private as private
from app.reports.typeset.archive import DocumentFacts
from app.reports.typeset.fonts import REGULAR
from app.reports.typeset.pdf_file import PdfFile
from app.reports.typeset.style import PAGES, PaperFormat
from tests.reports.samples import at

ROOT = Path(__file__).parents[3]
TYPESET = ROOT / "app" / "reports" / "typeset"
SIZE = PAGES[PaperFormat.PORTRAIT]


def owners() -> dict[str, object]:
    """What has the names: a canvas with one page, and what belongs to it."""
    assert embedding.register, "registers the font"
    canvas = private.new_canvas(REGULAR)
    canvas.showPage()
    doc = private.document_of(canvas)
    page = next(o for o in doc.idToObject.values() if isinstance(o, pdfdoc.PDFPage))
    return {
        "canvas": canvas,
        "document": doc,
        "catalog": doc.Catalog,
        "page": page,
        "stream": pdfdoc.PDFStream,
        "font": TTFont,
        "module": pdfdoc,
    }


@pytest.mark.parametrize(
    ("owner", "name"), [(o, name) for o, names in private.PRIVATE_NAMES.items() for name in names]
)
def test_reportlab_has_the_name(owner: str, name: str) -> None:
    # `_ID` is made when the document is written; ReportLab asks for it before it makes its own.
    if name == "_ID":
        assert "_ID" in pdfdoc.PDFDocument.ID.__code__.co_names
    else:
        assert hasattr(owners()[owner], name)


def test_a_file_says_what_was_set_through_these_names() -> None:
    file = PdfFile()
    with file.page(SIZE) as page:
        page.rule(10, 10, 100)
    facts = DocumentFacts(
        title="题目", author="作者", subject="主题", language="zh", at=at(9), producer="maker 1"
    )
    pdf = file.finish(facts)
    assert b"D:20261208090000+08'00'" in pdf, "the information dictionary is ours"
    identity = re.search(rb"/ID\s*\[<([0-9A-F]{32})> <([0-9A-F]{32})>\]", pdf)
    assert identity is not None, "the identity is ours"
    assert b"/OutputIntents" in pdf, "the catalogue takes entries ReportLab does not know"
    assert b"\nendstream" in pdf
    assert b"Helvetica" not in pdf
    assert b"/Trans" not in pdf


def _private_names(path: Path) -> set[str]:
    """Undocumented names a module reads or writes of others than itself."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            owner = node.value
            if not (isinstance(owner, ast.Name) and owner.id in {"self", "cls"}):
                found.add(node.attr)
    return found


def test_only_one_module_uses_undocumented_names() -> None:
    used = {
        path.name: _private_names(path) - {"__init__", "__missing__"}
        for path in TYPESET.glob("*.py")
    }
    assert {name for name, names in used.items() if names} == {"reportlab_private.py"}
    listed = {name for names in private.PRIVATE_NAMES.values() for name in names}
    assert used["reportlab_private.py"] <= listed
    others = {".delayedFonts", ".idToObject", "xObjectName", ".Trans ", "__NoDefault__"}
    for path in (ROOT / "app").rglob("*.py"):
        if path.name != "reportlab_private.py":
            text = path.read_text(encoding="utf-8")
            assert not [name for name in others if name in text], path


def test_reportlab_is_capped_below_the_next_minor_version() -> None:
    import reportlab

    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    bound = re.search(r'"reportlab>=[\d.]+,<(\d+)\.(\d+)"', text)
    assert bound is not None
    major, minor = (int(part) for part in reportlab.Version.split(".")[:2])
    assert (int(bound[1]), int(bound[2])) == (major, minor + 1)
