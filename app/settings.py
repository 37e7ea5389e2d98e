"""The settings of this machine: fields with defaults, their TOML file, upgrades and validation.

To add a setting: add a field with its help text below and a row to the form in
`app.gui.pages.settings.general`; files without it get the default.  To rename one,
raise `VERSION` and append a step to `UPGRADES` (and a test: one fails without it).

Window geometry and column widths are kept by Qt (`QSettings`), as nobody sets them by hand.

A damaged file never stops the program: `read` takes what can be used and says what could not,
`recover` also keeps the damaged file beside and puts the copy of the last good one in its place.
"""

from __future__ import annotations

import logging
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import tomli_w

from app import files, portable
from app.domain.cardguard import holds_secret
from app.domain.dispatch.reminders import parse_quiet_hours
from app.domain.documents import PAPERS
from app.domain.errors import InvalidInput, Problem, Problems, Unavailable
from app.domain.incidents import targets
from app.domain.incidents.lifecycle import DEFAULT_TARGETS, Targets
from app.domain.office_zone import zone_named
from app.domain.register.identifiers import parse_device_letter
from app.languages import DOCUMENT_LANGUAGES, LANGUAGES, NO_TEXT, SOURCE, LocalizedText
from app.toml_text import parse as parse_toml

log = logging.getLogger(__name__)

VERSION = 1

THEMES = ("system", "light", "dark")
MANAGER, TECHNICIAN = "manager", "technician"
FIRST_STEPS = ("", TECHNICIAN, MANAGER)
"""Whose first steps the first page shows."""
_RANGES = (("horizon_days", 7, 800), ("lock_minutes", 0, 240), ("silent_days", 1, 90))


def _setting(default: Any, help_text: str) -> Any:
    return field(default=default, metadata={"help": help_text})


def _any_of(codes: Iterable[str]) -> str:
    *others, last = codes
    return f"{', '.join(others)} or {last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything set on this machine.  Defaults are what a new installation uses."""

    language: str = _setting(SOURCE, f"Language of the window: {_any_of(LANGUAGES)}")
    theme: str = _setting("system", "Colours of the window: system, light or dark")
    device: str = _setting("A", "Letter, up to two digits after it, before every number made here")
    technician: str = _setting("", "Code of the technician who works on this machine")
    database: str = _setting("", "Database URL or path; empty for the file in the data folder")
    company_name: str = _setting("", "Company name printed on documents")
    company_phone: str = _setting("", "Number at which a merchant can verify an order")
    company_logo: str = _setting("", "Image file printed on documents")
    report_language: str = _setting(SOURCE, f"Language of documents: {_any_of(DOCUMENT_LANGUAGES)}")
    report_notice: LocalizedText = field(
        default=NO_TEXT, metadata={"help": "Wording at the foot of documents; empty for ours"}
    )
    report_closing: LocalizedText = field(
        default=NO_TEXT, metadata={"help": "Sentence above the signatures of a report"}
    )
    report_names: str = _setting("{number} {merchant} {date}", "Names of files saved many at once")
    paper: str = _setting("a4", f"Paper of documents: {_any_of(PAPERS)}")
    sums: str = _setting("figures", "Sums on reports: figures; words for both")
    zone: str = _setting("", "Office time zone, such as Asia/Shanghai; empty: the computer's")
    camera_folder: str = _setting("", "Folder where the camera or telephone puts its pictures")
    seal_certificate: str = _setting("", "PKCS#12 file, or PKCS#11 library, that seals documents")
    backup_folder: str = _setting("", "Second place for backups, such as an office share")
    update_source: str = _setting("", "Folder, share or https address where updates are offered")
    first_steps: str = _setting("", "First steps shown: technician or manager; empty for none")
    hub_server: str = _setting("", "Exchange server: name, or name:port; empty for none")
    hub_database: str = _setting("", "Database on the exchange server")
    hub_user: str = _setting("", "Login of this computer on the exchange server")
    hub_certificate: str = _setting("", "File with the certificate that signed the server's (PEM)")
    seat_copy: str = _setting("kept", "Copy of the server for when it is away: kept; none for none")
    quiet_hours: str = _setting("21:00-07:00", "When nobody is reminded; empty for never")
    lock_minutes: int = _setting(10, "Minutes without input until the window locks; 0 for never")
    horizon_days: int = _setting(90, "How many days ahead maintenance is planned")
    silent_days: int = _setting(7, "Days without a package until a computer counts as silent")
    targets: Targets = field(
        default_factory=lambda: DEFAULT_TARGETS,
        metadata={"help": "Hours from a report until work begins, and until it is resolved"},
    )

    @property
    def ready(self) -> bool:
        """Whether the first-run questions were answered."""
        return bool(self.technician)


BY_LANGUAGE = tuple(item.name for item in fields(Settings) if item.default == NO_TEXT)
"""Settings with one key per language: ``report_notice_zh``, ``report_notice_en`` and so on."""


def keys() -> list[str]:
    """The keys of the file, and the names the forms use."""
    return list(values_of(Settings()))


def values_of(settings: Settings) -> dict[str, Any]:
    """The settings by the keys of the file."""
    found: dict[str, Any] = {}
    for item in fields(Settings):
        value = getattr(settings, item.name)
        if item.name in BY_LANGUAGE:
            texts = dict.fromkeys(LANGUAGES, "") | value.stored()
            found |= {f"{item.name}_{code}": text for code, text in texts.items()}
        elif item.name == "targets":
            found |= targets.hours_of(value)
        else:
            found[item.name] = value
    return found


def with_values(settings: Settings, values: Mapping[str, Any]) -> Settings:
    """The settings with those named by the keys of the file changed."""
    wanted = dict(values)
    for name in BY_LANGUAGE:
        given = {code: wanted.pop(f"{name}_{code}", None) for code in LANGUAGES}
        changed = {code: text for code, text in given.items() if text is not None}
        if changed:
            wanted[name] = LocalizedText.of({**getattr(settings, name).stored(), **changed})
    hours = {name: wanted.pop(name) for name in targets.KEYS if name in wanted}
    if hours:
        wanted["targets"] = targets.with_hours(settings.targets, hours)
    return replace(settings, **wanted)


UPGRADES: tuple[Callable[[dict[str, Any]], dict[str, Any]], ...] = ()
"""Step n turns a file of version n + 1 into one of version n + 2."""


@dataclass(frozen=True, slots=True)
class SettingsReading:
    """What was read: settings that can be used, what is to be said about them, and whether the
    letter of this laptop came from what a person once set."""

    settings: Settings
    problems: tuple[Problem, ...] = ()
    device_known: bool = False


def last_good(path: Path) -> Path:
    """Where the copy of the last good settings lies, for the settings in `path`."""
    return path.with_name(path.name + ".last-good")


def load(path: Path) -> Settings:
    """The settings in `path` as far as they can be used, or the defaults; nothing is written.

    Raises `Unavailable` (``settings.newer``): a newer version may mean something else by a value.
    """
    return read(path).settings


def read(path: Path) -> SettingsReading:
    """The settings in `path`, whatever is wrong with them; nothing is written.

    A value that cannot be used gets its default; what says who and where this laptop is
    (`_IDENTITY`) comes from the copy of the last good settings instead, as a whole file does that
    is damaged, lost or unreadable.  Raises `Unavailable` (``settings.newer``).
    """
    return _read(path)[0]


def recover(path: Path) -> SettingsReading:
    """As `read`, and keep a damaged file as ``settings.toml.damaged-…``, put the last good
    settings in its place, and copy good ones.  What cannot be written is only logged: the program
    starts all the same.  Raises `Unavailable` (``settings.newer``)."""
    found, fault = _read(path)
    problems = list(found.problems)
    try:
        if fault == "settings.damaged":
            kept = files.set_aside(path)
            problems[0] = Problem("", "settings.kept", {"path": str(path), "kept": str(kept)})
        if fault in {"settings.damaged", "settings.lost"} and last_good(path).is_file():
            files.write(path, last_good(path).read_bytes())
        if not fault and not problems and found.device_known and found.settings.ready:
            _keep_copy(path, path.read_bytes())
    except OSError as failure:
        log.warning("settings not mended: %s", failure)
    return replace(found, problems=tuple(problems))


def _read(path: Path) -> tuple[SettingsReading, str]:
    """What `read` gives, and the code of what befell the whole file, or empty."""
    content, fault = _attempt(path)
    copy = _copied(path)
    if content is not None:
        return _sifted(content, copy or {}, path), ""
    if copy is None and fault == "settings.lost":
        return SettingsReading(Settings()), ""  # the first start: nothing was ever set here
    found = SettingsReading(Settings()) if copy is None else _sifted(copy, {}, path)
    used = "settings.from_defaults" if copy is None else "settings.from_copy"
    said = (Problem("", fault, {"path": str(path)}), Problem("", used))
    return replace(found, problems=said + found.problems), fault


def _copied(path: Path) -> dict[str, Any] | None:
    """The last good settings, when they are there and this version understands them."""
    content, _fault = _attempt(last_good(path))
    newer = content is not None and isinstance(v := content.get("version"), int) and v > VERSION
    return None if newer else content


def _attempt(path: Path) -> tuple[dict[str, Any] | None, str]:
    """The content, or None and the code of the reason."""
    try:
        return _content(path), ""
    except FileNotFoundError:
        return None, "settings.lost"
    except OSError as failure:
        log.warning("settings unreadable: %s", failure)
        return None, "settings.unreadable"
    except (ValueError, RecursionError) as failure:
        log.warning("settings damaged: %s", type(failure).__name__)
        return None, "settings.damaged"


_LARGEST = 1_000_000  # bytes; the settings need a few thousand
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
"""Byte order marks as Notepad writes them, and what follows them."""


def _content(path: Path) -> dict[str, Any]:
    """The file as TOML.  Raises `OSError`, `ValueError`, `RecursionError`."""
    about = path.stat()
    # A folder or pipe in its place is damage, not a reason to wait for what never comes.
    if not stat.S_ISREG(about.st_mode) or about.st_size > _LARGEST:
        raise ValueError("not a settings file")
    raw = path.read_bytes()
    mark, encoding = next((m for m in _MARKS if raw.startswith(m[0])), (b"", "utf-8"))
    text = raw[len(mark) :].decode(encoding)
    if not text.strip():
        # An empty file is valid TOML and would restart the numbers of this laptop at A.
        raise ValueError("empty")
    # TOML knows no lone carriage return, which old editors write.
    return parse_toml(text.replace("\r\n", "\n").replace("\r", "\n"))


def _upgraded(content: dict[str, Any], path: Path) -> tuple[dict[str, Any], list[Problem]]:
    version = content.pop("version", VERSION)
    problems = []
    if type(version) is not int or version < 1:
        problems.append(Problem("version", "settings.bad_value", {"key": "version"}))
        version = VERSION
    if version > VERSION:
        raise Unavailable("settings.newer", path=str(path), version=version)
    for step in UPGRADES[version - 1 :]:
        content = step(content)
    return content, problems


_PATHS = (
    *("database", "company_logo", "camera_folder", "seal_certificate", "backup_folder"),
    *("hub_certificate", "update_source"),
)
"""Settings that name a file or folder; portable, those beside the program are kept relative."""

_IDENTITY = ("device", "technician", "database")
"""Settings whose default would be another laptop, another person or other data."""
_MOST_NAMED = 8


def _sifted(content: dict[str, Any], copy: dict[str, Any], path: Path) -> SettingsReading:
    """What of `content` can be used; identities it does not give are taken from `copy`."""
    content, problems = _upgraded(_with_paths(content, portable.found), path)
    earlier, _ignored = _upgraded(_with_paths(copy, portable.found), path)
    settings, given = Settings(), set[str]()
    known = keys()
    for name in known:
        wrong = name in content and not _usable(name, content[name])
        if name in content and not wrong:
            settings = check(with_values(settings, {name: content[name]}))
            given.add(name)
        elif name in _IDENTITY and name in earlier and _usable(name, earlier[name]):
            settings = check(with_values(settings, {name: earlier[name]}))
            given.add(name)
            if wrong or earlier[name]:
                problems.append(Problem(name, "settings.earlier_value", {"key": name}))
        elif wrong:
            problems.append(Problem(name, "settings.bad_value", {"key": name}))
    unknown = sorted(content.keys() - set(known))
    if unknown:
        named = ", ".join(unknown[:_MOST_NAMED]) + (" …" if len(unknown) > _MOST_NAMED else "")
        problems.append(Problem("", "settings.unknown", {"key": named}))
    return SettingsReading(settings, tuple(problems), "device" in given)


def _with_paths(content: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    named = {name: content[name] for name in _PATHS if isinstance(content.get(name), str)}
    return content | {name: change(value) for name, value in named.items()}


def _usable(name: str, value: Any) -> bool:
    if type(value) is not type(values_of(Settings())[name]):
        return False
    try:
        check(with_values(Settings(), {name: value}))
    except InvalidInput:
        return False
    return True


def check(settings: Settings) -> Settings:
    """The settings normalised.  Raises `InvalidInput`."""
    problems = Problems()
    for name, value in values_of(settings).items():
        if isinstance(value, str) and not _writable(value):
            problems.add(name, "text.not_storable")
        elif isinstance(value, str) and holds_secret(name, value):
            problems.add(name, "text.card_number")
    for name, allowed in (
        ("language", tuple(LANGUAGES)),
        ("theme", THEMES),
        ("report_language", tuple(DOCUMENT_LANGUAGES)),
        ("paper", PAPERS),
        ("sums", ("figures", "words")),
        ("seat_copy", ("kept", "none")),
        ("first_steps", FIRST_STEPS),
    ):
        if getattr(settings, name) not in allowed:
            problems.add(name, "choice.unknown", value=getattr(settings, name))
    device = settings.device
    with problems.field("device"):
        device = parse_device_letter(settings.device)
    with problems.field("zone"):
        zone_named(settings.zone)
    with problems.field("quiet_hours"):
        parse_quiet_hours(settings.quiet_hours)
    for name, least, most in _RANGES:
        value = getattr(settings, name)
        if not least <= value <= most:
            problems.add(name, "number.out_of_range", value=value, least=least, most=most)
    least, most = targets.LEAST_HOURS, targets.MOST_HOURS
    for name, hours in targets.hours_of(settings.targets).items():
        if not least <= hours <= most:
            problems.add(name, "number.out_of_range", value=hours, least=least, most=most)
    problems.raise_if_any()
    return replace(settings, device=device)


def _writable(text: str) -> bool:
    """Whether a file, a path and a document can hold it: no half characters (names of files that
    are not UTF-8 come with them), no control characters but those of text."""
    return not any("\ud800" <= c <= "\udfff" or (c < " " and c not in "\n\r\t") for c in text)


def save(settings: Settings, path: Path) -> None:
    """Write the settings so that a crash leaves the old file or the new one, never half, and keep
    a copy for the day the file is damaged.

    Raises `Unavailable`, and `InvalidInput` for a value that must not be stored.
    """
    values = values_of(check(settings))
    targets.check_order(settings.targets)
    values = _with_paths(values, portable.kept)
    content = tomli_w.dumps({"version": VERSION, **values}).encode()
    try:
        files.private_folder(path.parent)
        files.write_private(path, content)
    except OSError as failure:
        raise not_written(failure, path) from failure
    try:
        _keep_copy(path, content)
    except OSError as failure:
        log.warning("no copy of the settings: %s", failure)


def not_written(failure: OSError, path: Path) -> Unavailable:
    """The refusal when a file of the settings cannot be written."""
    return files.full_or(Unavailable("settings.unwritable", path=str(path)), failure, path)


def _keep_copy(path: Path, content: bytes) -> None:
    copy = last_good(path)
    if not copy.is_file() or copy.read_bytes() != content:
        files.write_private(copy, content)
