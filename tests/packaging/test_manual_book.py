"""The manual as a book and as a site says what its pages say; links and pictures are there."""

from __future__ import annotations

import html
import re
import subprocess
from pathlib import Path

import pytest

from app.gui.shell.main_window import PAGES
from app.gui.toolkit.manual_pages import manual_folder, manual_pages
from app.languages import LANGUAGES
from tests.packaging.test_packages import load

SOURCE = """\
# Head

One **bold**,
`Ctrl+K` and [a link](today.md).

- first
- second
  line

| A | B |
|---|---|
| 1 | *no* |

```
poscare a

poscare b
```

![P](p.jpg)
"""


@pytest.mark.parametrize("code", list(LANGUAGES))
def test_every_page_has_its_picture(code: str) -> None:
    for spec in PAGES:
        text = (manual_folder(code) / f"{spec.id}.md").read_text(encoding="utf-8")
        (picture,) = re.findall(r"!\[[^]]+\]\(([^)]+)\)", text)
        assert (manual_folder(code) / picture).is_file()


def test_marks_of_the_source_become_marks_of_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    read = load("manual_text", monkeypatch)
    blocks = list(read.blocks_of(SOURCE))
    kinds = [block.kind for block in blocks]
    assert kinds == ["heading", "text", "item", "item", "table", "code", "picture"]
    assert [piece.mark for piece in blocks[1].text] == ["", "strong", "", "code", "", "link", ""]
    assert blocks[3].text[0].text == "second line"
    assert [[cell[0].text for cell in row] for row in blocks[4].rows] == [["A", "B"], ["1", "no"]]
    assert blocks[5].text[0].text.strip() == "poscare a\n\nposcare b"
    assert blocks[6].label == "p.jpg"
    (chinese,) = read.blocks_of("一行\n二行 word\n三行")
    assert chinese.text[0].text == "一行二行 word 三行"


@pytest.mark.parametrize("code", list(LANGUAGES))
def test_the_book_holds_every_page_and_picture(
    code: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.syspath_prepend(str(Path("resources/packaging").resolve()))
    book = load("manual", monkeypatch).book_of(code)
    path = tmp_path / "book.pdf"
    path.write_bytes(book)
    said = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True
    ).stdout
    squeezed = re.sub(r"\s+", "", said)
    read = load("manual_text", monkeypatch)
    for page in manual_pages(code):
        for block in read.blocks_of(page.text):
            if block.kind in {"text", "item", "heading"}:
                words = re.sub(r"\s+", "", "".join(piece.text for piece in block.text))
                # A line that ends a page is parted by the foot.
                assert words[:12] in squeezed, f"{page.name}: {words}"
    pictures = subprocess.run(
        ["pdfimages", "-list", str(path)], capture_output=True, text=True, check=True
    ).stdout
    assert pictures.count(" jpeg ") == len(PAGES)


@pytest.mark.parametrize("code", list(LANGUAGES))
def test_links_and_pictures_of_the_site_are_there(
    code: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    load("manual_text", monkeypatch)
    load("manual_site", monkeypatch).write_site(code, tmp_path / code)
    pages = list((tmp_path / code).glob("*.html"))
    assert len(pages) == len(manual_pages(code))
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r'(?:href|src)="([^"]+)"', text):
            assert (page.parent / html.unescape(target)).exists(), f"{page.name}: {target}"
        for tag in ("ul", "ol", "li", "p", "table", "code"):
            assert text.count(f"<{tag}>") == text.count(f"</{tag}>"), f"{page.name}: {tag}"
