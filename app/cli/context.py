"""The context of one command: services, translator, and output as text or JSON."""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from app import paths
from app.cli import signing_in
from app.cli.printing import print_json
from app.domain.errors import BadValue, InvalidInput, Unavailable
from app.domain.parsing import parse_date
from app.i18n import Translator
from app.settings import Settings

if TYPE_CHECKING:
    from app.services import Services
    from app.texts.events import EventWords


Pictures = Callable[["Services", Settings, Path], list[Path]]
"""Paints every page of the window into a folder; the command line itself knows no window."""


def no_pictures(_services: Services, _settings: Settings, _folder: Path) -> list[Path]:
    """Paints nothing: the command line has no window."""
    return []


@dataclass(frozen=True, slots=True)
class Verb:
    """What a command takes and does.  `run` returns the exit code, or None for 0."""

    configure: Callable[[argparse.ArgumentParser, Translator], None]
    run: Callable[[Context], int | None]


class Context:
    """Options, settings, translator and services of one run of a command."""

    def __init__(
        self,
        options: argparse.Namespace,
        settings: Settings,
        t: Translator,
        pictures: Pictures,
        *,
        device_known: bool = True,
    ) -> None:
        self.options = options
        self._device_known = device_known
        self.pictures = pictures
        self.settings = dataclasses.replace(settings, database=options.db or settings.database)
        self.t = t
        self._services: Services | None = None
        self._signed_in = False
        self.besides_refusal: dict[str, Any] = {}
        """Keys the JSON of this command has even when it is refused."""

    @property
    def command(self) -> str:
        """The command, as named to other programs that find the database open."""
        return f"poscare {self.options.verb.name}"

    @property
    def person_given(self) -> str:
        """The code of who works here, as given to this command; empty when not."""
        return str(self.options.person_code or os.environ.get(signing_in.PERSON, ""))

    @property
    def services(self) -> Services:
        """All services for who works here, opened when first asked for.

        Raises `Unavailable`; `InvalidInput`, `NotFound` for who cannot sign in.
        """
        services = self.unsigned_services
        if not self._signed_in:
            signing_in.sign_in(services, self.t, self.person_given)
            self._signed_in = True
        return services

    @property
    def unsigned_services(self) -> Services:
        """All services before anybody signed in.  Raises `Unavailable`."""
        if self._services is None:
            self.settle_letter()
            # Whoever asks for the options of a command needs no services.
            from app import bootstrap

            self._services = bootstrap.build(self.settings, name=self.command)
        return self._services

    def settle_letter(self) -> None:
        """Where nobody set the letter of this laptop, go on with the letter this database counts
        by: another would give the numbers of another laptop a second time."""
        if self._device_known:
            return
        from app.services.core.data_place import letter_in_use
        from app.texts import sentence

        letter = letter_in_use(self.settings.database or str(paths.database_file()))
        if letter and letter != self.settings.device:
            self.settings = dataclasses.replace(self.settings, device=letter)
            self.note(sentence(self.t, "settings.letter_found", {"letter": letter}))

    def close(self) -> None:
        """Write what was done into the journal and close the database, if it was opened."""
        if self._services is not None:
            self._keep_journal(self._services)
            self._services.close()
            self._services, self._signed_in = None, False

    def _keep_journal(self, services: Services) -> None:
        """A command that only looked has nothing to write, and none begins a journal."""
        if services.context.wrote:
            try:
                services.care.journal.catch_up(begin=False)
            except Unavailable as error:
                # What was done is stored; the journal is brought up to date next time.
                from app.texts import error_text

                self.note(error_text(self.t, error))

    def emit(self, value: Any, text: str | Callable[[], str]) -> None:
        """Print `value` as JSON when asked to, else the text."""
        if self.options.json:
            print_json(plain(value), indent=2)
        else:
            print(text() if callable(text) else text)

    def note(self, text: str) -> None:
        """Print a remark to standard error, so that it is no part of the output."""
        print(text, file=sys.stderr)

    def progress(self, done: int, total: int) -> None:
        """Show progress on standard error when that is a terminal."""
        if sys.stderr.isatty():
            end = "\n" if done >= total else ""
            print(f"\r{done}/{total}", end=end, file=sys.stderr, flush=True)


def day_of(name: str, raw: str) -> date | None:
    """A day given on the command line, or None.  Raises `InvalidInput` naming the option."""
    try:
        return parse_date(raw)
    except BadValue as refusal:
        raise InvalidInput.of(name, refusal.code, **refusal.params) from None


def plain(value: Any) -> Any:
    """A value of the domain as JSON knows it; dates in ISO form, durations in seconds."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Path):
        return str(value)
    return value


_Entry = TypeVar("_Entry")


def told(
    t: Translator, entries: Sequence[_Entry], words: Callable[[Translator, _Entry], EventWords]
) -> list[dict[str, Any]]:
    """The entries of a log: their data, and the same in words as ``text``."""
    return [{**plain(entry), "text": words(t, entry).line} for entry in entries]


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Rows in aligned columns."""
    from app.tabular.writing import width

    lines = [[str(cell).replace("\n", " ") for cell in row] for row in (header, *rows)]
    widths = [max(width(line[i]) for line in lines) for i in range(len(header))]

    def padded(line: list[str]) -> str:
        cells = [c + " " * (w - width(c)) for c, w in zip(line, widths, strict=True)]
        return "  ".join(cells).rstrip()

    return "\n".join(
        [padded(lines[0]), "  ".join("-" * w for w in widths), *map(padded, lines[1:])]
    )
