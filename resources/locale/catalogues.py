"""Keeps the gettext catalogues: extract, compile, check.  Also the build hook of the wheel.

    python resources/locale/catalogues.py update     take new messages into the .po files
    python resources/locale/catalogues.py compile    write the .mo files the program reads
    python resources/locale/catalogues.py check      say what is missing or out of date

Messages are marked ``_("…")``, ``t("…")`` or ``N_("…")``; plurals ``.plural("…", "…", n)``.
"""

from __future__ import annotations

import functools
import io
import os
import re
import sys
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ModuleNotFoundError:  # the program itself never builds a wheel
    BuildHookInterface = object  # type: ignore[assignment,misc]

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DOMAIN = "poscare"
KEYWORDS = {
    "_": None,
    "t": None,
    "N_": None,
    "localized": None,
    "plural": (1, 2),
    "localized_plural": (1, 2),
}


def folders() -> list[str]:
    """The folder of every language of the program."""
    if str(ROOT) not in sys.path:  # as a build hook it is not run from the project
        sys.path.insert(0, str(ROOT))
    from app.languages import LANGUAGES

    return [language.catalogue for language in LANGUAGES.values()]


def messages() -> Catalog:
    """Everything marked for translation in the program."""
    catalog = Catalog(project="POSCare", charset="utf-8")
    for path in sorted((ROOT / "app").rglob("*.py")):
        for message, comments, context in _messages_in(path.read_bytes()):
            catalog.add(
                message, locations=[(str(path), 1)], auto_comments=comments, context=context
            )
    return catalog


_MARKED = re.compile(rb"\b(?:%s)\s*\(" % "|".join(KEYWORDS).encode())


@functools.cache
def _messages_in(source: bytes) -> tuple[tuple[Any, list[str], str | None], ...]:
    """What is marked in the text of a module.  Taking a module apart is slow: not one without
    marks, and none twice in a process."""
    if _MARKED.search(source) is None:
        return ()
    found = extract("python", io.BytesIO(source), keywords=KEYWORDS)
    return tuple(
        (message, comments, context)
        for _line, message, comments, context in found
        if message and message != ("", "")
    )


def po_file(language: str) -> Path:
    """The catalogue people edit."""
    return HERE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(language: str) -> Catalog:
    """The catalogue as it is."""
    path = po_file(language)
    if not path.exists():
        return Catalog(locale=language, domain=DOMAIN)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def update() -> None:
    """Add new messages and drop unused ones; English is filled in, being the source."""
    template = messages()
    for language in folders():
        catalog = read(language)
        catalog.update(template, no_fuzzy_matching=True, update_header_comment=False)
        catalog.obsolete.clear()
        catalog.fuzzy = False
        if language == "en":
            for message in catalog:
                if message.id and not _translated(message):
                    message.string = message.id
        for message in catalog:
            message.locations = []
            message.auto_comments = []
        out = io.BytesIO()
        write_po(out, catalog, sort_output=True, no_location=True, omit_header=False, width=100)
        lines = [x for x in out.getvalue().split(b"\n") if not x.startswith(b'"POT-Creation-Date')]
        lines = [x for x in lines if not x.startswith((b'"PO-Revision', b'"Generated-By', b"# "))]
        po_file(language).parent.mkdir(parents=True, exist_ok=True)
        po_file(language).write_bytes(b"\n".join(lines))


def compile_all() -> list[Path]:
    """Write the .mo files whose .po is newer; returns what was written."""
    written = []
    for language in folders():
        source = po_file(language)
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        # Two runs may compile at once; each writes a file of its own, and the last one stays.
        partial = target.with_suffix(f".mo.{os.getpid()}.new")
        with partial.open("wb") as file:
            write_mo(file, read(language))
        partial.replace(target)
        written.append(target)
    return written


def check() -> list[str]:
    """What is wrong, one line each: messages missing, unused or with other placeholders."""
    wanted = {message.id for message in messages() if message.id}
    found = []
    for language in folders():
        catalog = read(language)
        have = {message.id: message for message in catalog if message.id}
        for title, ids in (("missing", wanted - have.keys()), ("unused", have.keys() - wanted)):
            found += [f"{language}: {title}: {message!r}" for message in sorted(ids, key=str)]
        for message in have.values():
            if not _translated(message):
                found.append(f"{language}: not translated: {message.id!r}")
            else:
                found += [f"{language}: {problem}" for problem in _placeholder_problems(message)]
    return found


def _translated(message: Any) -> bool:
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


def _placeholder_problems(message: Any) -> list[str]:
    from string import Formatter

    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    texts = message.string if isinstance(message.string, tuple) else (message.string,)
    wanted = set().union(*(names(text) for text in ids))
    return [
        f"placeholders differ: {message.id!r} → {text!r}" for text in texts if names(text) != wanted
    ]


class CustomBuildHook(BuildHookInterface):  # type: ignore[misc]
    """Compiles the catalogues before a wheel or an editable install is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it collects files."""
        compile_all()


def main() -> int:
    """The commands above."""
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command == "update":
        update()
    elif command == "compile":
        for path in compile_all():
            print(path.relative_to(ROOT))
    elif command == "check":
        problems = check()
        print("\n".join(problems) or "catalogues are complete")
        return 1 if problems else 0
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
