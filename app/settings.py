"""What a person may set on this machine, kept as TOML.

To add a setting: add a field with its help text below and a row to the form in
`app.gui.pages.settings.general`; files without it get the default.  To rename one,
raise `VERSION` and append a step to `UPGRADES` (and a test: one fails without it).

Window geometry is not here but in Qt's own store: it is the machine's business, not a decision.
"""

from __future__ import annotations

import hashlib
import logging
import tomllib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import tomli_w

from app.domain.cardguard import holds_secret
from app.domain.errors import BadValue, InvalidInput, Problem, Problems, Unavailable
from app.domain.identifiers import parse_device_letter

log = logging.getLogger(__name__)

VERSION = 1

LANGUAGES = ("zh", "en")
THEMES = ("system", "light", "dark")
REPORT_LANGUAGES = ("zh", "en", "both")
PAPERS = ("a4", "letter")


def _setting(default: Any, help_text: str) -> Any:
    return field(default=default, metadata={"help": help_text})


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything set on this machine.  Defaults are what a new installation uses."""

    language: str = _setting("zh", "Language of the window: zh or en")
    theme: str = _setting("system", "Colours of the window: system, light or dark")
    device: str = _setting("A", "Letter, up to two digits after it, before every number made here")
    technician: str = _setting("", "Code of the technician who works on this machine")
    database: str = _setting("", "Database URL or path; empty for the file in the data folder")
    company_name: str = _setting("", "Company name printed on documents")
    company_phone: str = _setting("", "Number at which a merchant can verify an order")
    company_logo: str = _setting("", "Image file printed on documents")
    report_language: str = _setting("zh", "Language of documents: zh, en or both")
    report_notice_zh: str = _setting("", "Chinese wording at the foot of documents; empty for ours")
    report_notice_en: str = _setting("", "English wording at the foot of documents; empty for ours")
    report_closing_zh: str = _setting("", "Chinese sentence above the signatures of a report")
    report_closing_en: str = _setting("", "English sentence above the signatures of a report")
    report_names: str = _setting("{number} {merchant} {date}", "Names of files saved many at once")
    paper: str = _setting("a4", "Paper of documents: a4 or letter")
    camera_folder: str = _setting("", "Folder where the camera or telephone puts its pictures")
    seal_certificate: str = _setting("", "PKCS#12 file, or PKCS#11 library, that seals documents")
    backup_folder: str = _setting("", "Second place for backups, such as an office share")
    horizon_days: int = _setting(90, "How many days ahead maintenance is planned")

    @property
    def ready(self) -> bool:
        """Whether the first-run questions were answered."""
        return bool(self.technician)


UPGRADES: tuple[Callable[[dict[str, Any]], dict[str, Any]], ...] = ()
"""Step n turns a file of version n + 1 into one of version n + 2."""


def load(path: Path) -> Settings:
    """The settings in `path`, or the defaults when there is no file.

    Unknown keys are kept out with a warning.  Raises `InvalidInput` naming the key of a wrong
    value, `Unavailable` when the file cannot be read or is no TOML; the file is left as it is.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as failure:
        raise Unavailable("settings.unreadable", path=str(path)) from failure
    except tomllib.TOMLDecodeError as failure:
        raise Unavailable("settings.not_toml", path=str(path), detail=str(failure)) from failure
    return _checked(_upgraded(content, path))


def _upgraded(content: dict[str, Any], path: Path) -> dict[str, Any]:
    version = content.pop("version", VERSION)
    if not isinstance(version, int) or version > VERSION:
        raise Unavailable("settings.newer", path=str(path), version=version)
    for step in UPGRADES[version - 1 :]:
        content = step(content)
    return content


def _checked(content: dict[str, Any]) -> Settings:
    known = {item.name: item for item in fields(Settings)}
    for name in sorted(content.keys() - known.keys()):
        log.warning("unknown setting ignored: %s", name)
    values = {name: value for name, value in content.items() if name in known}
    problems = [
        Problem(name, "settings.wrong_type", {"key": name})
        for name, value in values.items()
        if type(value) is not type(known[name].default)
    ]
    if problems:
        raise InvalidInput(problems)
    return check(replace(Settings(), **values))


def check(settings: Settings) -> Settings:
    """The settings normalised.  Raises `InvalidInput`."""
    problems = Problems()
    for name, allowed in (("language", LANGUAGES), ("theme", THEMES),
                          ("report_language", REPORT_LANGUAGES), ("paper", PAPERS)):  # fmt: skip
        if getattr(settings, name) not in allowed:
            problems.add(name, "choice.unknown", value=getattr(settings, name))
    device = settings.device
    with problems.field("device"):
        device = parse_device_letter(settings.device)
    with problems.field("horizon_days"):
        if not 7 <= settings.horizon_days <= 800:
            raise BadValue("number.out_of_range", value=settings.horizon_days, least=7, most=800)
    problems.raise_if_any()
    return replace(settings, device=device)


def save(settings: Settings, path: Path) -> None:
    """Write the settings so that a crash leaves the old file or the new one, never half.

    Raises `Unavailable`, and `InvalidInput` for a value that must not be stored.
    """
    content = {"version": VERSION, **asdict(check(settings))}
    problems = [
        Problem(name, "text.card_number")
        for name, value in content.items()
        if isinstance(value, str) and holds_secret(name, value)
    ]
    if problems:
        raise InvalidInput(problems)
    new = path.with_suffix(".toml.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(tomli_w.dumps(content), encoding="utf-8")
        new.replace(path)
    except OSError as failure:
        raise Unavailable("settings.unwritable", path=str(path)) from failure


MOST_LOGO_BYTES = 5 * 1024 * 1024
_PICTURES = ((b"\x89PNG\r\n\x1a\n", ".png"), (b"\xff\xd8\xff", ".jpg"))


def with_own_logo(settings: Settings, folder: Path) -> Settings:
    """The settings with the logo copied into `folder`, so that documents keep it when the chosen
    file is moved or deleted.  Raises `InvalidInput`, `Unavailable`."""
    if not settings.company_logo or Path(settings.company_logo).parent == folder:
        return settings
    source = Path(settings.company_logo)
    try:
        if source.stat().st_size > MOST_LOGO_BYTES:
            raise InvalidInput.of("company_logo", "image.too_large", limit=5)
        content = source.read_bytes()
    except OSError as failure:
        raise InvalidInput.of("company_logo", "file.unreadable", name=source.name) from failure
    suffix = next((end for start, end in _PICTURES if content.startswith(start)), "")
    if not suffix:
        raise InvalidInput.of("company_logo", "image.unknown", name=source.name)
    # Named by its content: documents already open keep the picture they have.
    own = folder / f"logo-{hashlib.sha256(content).hexdigest()[:12]}{suffix}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        own.write_bytes(content)
    except OSError as failure:
        raise Unavailable("settings.unwritable", path=str(own)) from failure
    return replace(settings, company_logo=str(own))
