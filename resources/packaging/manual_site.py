"""The pages of the manual as a folder of plain HTML, which any web server can offer."""

from __future__ import annotations

import html
import shutil
from collections.abc import Iterator
from pathlib import Path

from manual_text import ManualBlock, MarkedText, blocks_of

from app.gui.toolkit.manual_pages import HOME, ManualPage, manual_folder, manual_pages
from app.languages import LANGUAGES

PICTURES = "pictures"
"""The folder of pictures beside the pages of a language."""

_PAGE = """\
<!doctype html>
<html lang="{tag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · POSCare</title>
<style>
body {{ margin: 0; color: #1c232b; font: 16px/1.6 system-ui, "Noto Sans CJK SC", sans-serif; }}
main {{ max-width: 46rem; margin: 0 auto; padding: 1.5rem; }}
img {{ max-width: 100%; border: 1px solid #b9c1ca; }}
code {{ background: #eef1f4; padding: 0 .25em; }}
pre code {{ display: block; overflow-x: auto; padding: .75em; }}
table {{ border-collapse: collapse; }} td, th {{ border: 1px solid #b9c1ca; padding: .25em .6em; }}
</style>
</head>
<body><main>
<p><a href="{home}">{contents}</a></p>
{body}
</main></body>
</html>
"""


def write_site(code: str, folder: Path) -> None:
    """The pages in a language as HTML, with their pictures."""
    folder.mkdir(parents=True)
    pages = manual_pages(code)
    for page in pages:
        text = _PAGE.format(
            tag=LANGUAGES[code].tag,
            title=html.escape(page.title),
            home=_html_name(HOME),
            contents=html.escape(pages[0].title),
            body="\n".join(_html_blocks(page)),
        )
        (folder / _html_name(page.name)).write_text(text, encoding="utf-8")
    if (manual_folder(code) / PICTURES).is_dir():
        shutil.copytree(manual_folder(code) / PICTURES, folder / PICTURES)


def _html_name(name: str) -> str:
    return "index.html" if name == HOME else f"{name}.html"


def _html_blocks(page: ManualPage) -> Iterator[str]:
    listed = ""
    for block in blocks_of(page.text):
        wanted = "" if block.kind != "item" else "ul" if block.label == "•" else "ol"
        if wanted != listed:
            yield (f"</{listed}>" if listed else "") + (f"<{wanted}>" if wanted else "")
            listed = wanted
        yield _html_block(block)
    if listed:
        yield f"</{listed}>"


def _html_block(block: ManualBlock) -> str:
    text = _html_text(block.text)
    if block.kind == "heading":
        return f"<h{block.level}>{text}</h{block.level}>"
    if block.kind == "code":
        return f"<pre><code>{text}</code></pre>"
    if block.kind == "picture":
        return f'<p><img src="{html.escape(block.label)}" alt="{text}"></p>'
    if block.kind == "table":
        rows = []
        for number, row in enumerate(block.rows):
            tag = "td" if number else "th"
            rows.append("".join(f"<{tag}>{_html_text(cell)}</{tag}>" for cell in row))
        return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
    return f"<li>{text}</li>" if block.kind == "item" else f"<p>{text}</p>"


_TAGS = {
    "": "{}",
    "strong": "<strong>{}</strong>",
    "weak": "<em>{}</em>",
    "code": "<code>{}</code>",
}


def _html_text(text: tuple[MarkedText, ...]) -> str:
    parts = []
    for piece in text:
        shown = html.escape(piece.text)
        if piece.mark == "link":
            parts.append(f'<a href="{_html_target(piece.target)}">{shown}</a>')
        else:
            parts.append(_TAGS[piece.mark].format(shown))
    return "".join(parts)


def _html_target(target: str) -> str:
    name, _dot, kind = target.partition(".")
    return _html_name(name) if kind == "md" else html.escape(target)
