"""The example in the README of the page engine runs and makes the file it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium

from app.reports import typeset
from tests.reports.reading import page_texts

README = Path(typeset.__file__).with_name("README.md")


def test_the_ten_lines_make_a_table_whose_head_comes_again() -> None:
    text = README.read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.S)
    names: dict[str, Any] = {}
    exec(compile(code, str(README), "exec"), names)  # noqa: S102 - the repository's own example
    pages = page_texts(names["pdf"])
    assert len(pages) > 1
    assert all("序列号" in page and "Serial no." in page for page in pages)
    assert sum(f"TESTN{i:05d}" in "".join(pages) for i in range(100)) == 100
    assert pdfium.PdfDocument(names["pdf"]).get_metadata_value("Title") == "终端清单"


def test_it_names_only_modules_that_are_there() -> None:
    listed = README.read_text(encoding="utf-8").split("## Where to look")[1].split("##")[0]
    names = re.findall(r"`(\w+)`", listed)
    assert len(names) > 10
    assert [n for n in names if not README.with_name(f"{n}.py").exists()] == []
