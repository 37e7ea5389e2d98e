"""The support bundle: what those who maintain the program need to find a fault, as plain texts
that are shown before they are saved.  Nothing in it says whose terminals, shops or people it is
about."""

from __future__ import annotations

import io
import platform
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app import __version__, chosen_files, logs, paths
from app.domain.errors import AppError
from app.services import Services
from app.services.keeping.health import check_database
from app.settings import Settings, values_of
from db.contents import row_counts
from db.migrate import HEAD

BUNDLE_NAME = "poscare-support.zip"
"""The name offered for the file."""

MOST_OF_A_LOG = 300_000
"""Bytes of each log file; the newest lines are those at the end."""

TELLING_SETTINGS = frozenset({"language", "theme", "device", "report_language", "paper"})
"""Settings whose value says nothing of anybody; of other texts only whether they are set."""

_DATE = (2020, 1, 1, 0, 0, 0)
"""Of every file in the bundle, so that the same content gives the same bytes."""


@dataclass(frozen=True, slots=True)
class SupportPart:
    """A text of the bundle and the name of its file."""

    name: str
    text: str


def support_parts(settings: Settings, services: Callable[[], Services]) -> tuple[SupportPart, ...]:
    """Everything the bundle holds.  `services` opens the database; that it cannot be opened is
    told, too."""
    parts = [SupportPart("about.txt", _about()), SupportPart("settings.txt", _settings(settings))]
    try:
        parts.append(SupportPart("database.txt", _database(services())))
    except AppError as error:
        parts.append(SupportPart("database.txt", logs.told(error) + "\n"))
    return (*parts, *_logs(paths.logs()))


def save_bundle(path: Path, parts: tuple[SupportPart, ...]) -> None:
    """Write the parts as a ZIP file.  Raises `Unavailable` (``file.unwritable``)."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            archive.writestr(zipfile.ZipInfo(part.name, _DATE), part.text.encode())
    chosen_files.write(path, packed.getvalue())


def _about() -> str:
    from sqlcipher3 import dbapi2

    lines = {
        "POSCare": __version__,
        "schema": HEAD,
        "Python": platform.python_version(),
        "SQLite": dbapi2.sqlite_version,
        "system": platform.platform(),
        "processor": platform.machine(),
    }
    return _table(lines)


def _settings(settings: Settings) -> str:
    return _table(
        {
            name: value
            if not isinstance(value, str) or name in TELLING_SETTINGS
            else ("(set)" if value else "")
            for name, value in values_of(settings).items()
        }
    )


def _database(services: Services) -> str:
    database = services.context.database
    with database.connect() as connection:
        counts = row_counts(connection)
    path = database.path
    size = path.stat().st_size if path is not None and path.exists() else 0
    found = check_database(services.context, services.backups, thorough=False)
    findings = {f"check {one.code}": "well" if one.well else "attention" for one in found}
    kind = {"kind": database.url.get_backend_name(), "bytes": size}
    return _table({**kind, **findings, **{f"rows of {name}": n for name, n in counts.items()}})


def _logs(folder: Path) -> tuple[SupportPart, ...]:
    found = []
    for path in sorted(folder.glob("*.log*")) if folder.is_dir() else ():
        try:
            with path.open("rb") as file:
                file.seek(max(0, path.stat().st_size - MOST_OF_A_LOG))
                text = file.read().decode("utf-8", "replace")
        except OSError as failure:
            text = f"{logs.told(failure)}\n"
        # An older version may have written what this one would not.
        found.append(SupportPart(f"logs/{path.name}", logs.without_personal(text)))
    return tuple(found)


def _table(lines: dict[str, object]) -> str:
    return "".join(f"{name}: {value}\n" for name, value in lines.items())
