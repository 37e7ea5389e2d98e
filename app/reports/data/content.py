"""The content of a document as JSON: what is hashed, frozen, embedded in the PDF and read back.

The form is canonical (sorted keys, no spaces, UTF-8), so that one content has one hash.  The schema
is published in ``resources/schema``; `schema` makes it from the sheets themselves.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeVar

from app.domain.cardguard import holds_secret, mask_cards
from app.domain.documents import PAPERS, Ink
from app.domain.errors import InvalidInput
from app.languages import ALWAYS_STORED, LANGUAGES, LocalizedText
from app.reports.data.earlier_formats import format_of, upgraded
from app.reports.data.sheets import BY_LANGUAGE, Issuer, PrintedSheet

FORMAT = "poscare-document"

_Sheet = TypeVar("_Sheet")


def content_of(document: PrintedSheet) -> dict[str, Any]:
    """The document as JSON knows it.  What it says is apart from how it is presented: a print in
    another language says the same and has the same hash.  What an earlier version wrote stays as
    it wrote it."""
    if document.written is not None:
        return presented(document.written, document)
    said = {
        "format": FORMAT,
        "version": format_of(type(document.sheet)),
        "kind": document.kind,
        "house": plain(document.house),
        "sheet": plain(document.sheet),
    }
    return presented(said, document)


def presented(said: Mapping[str, Any], document: PrintedSheet) -> dict[str, Any]:
    """What a document says, with how this print of it is presented."""
    presentation: dict[str, Any] = {
        "languages": list(document.languages),
        "paper": document.paper,
    }
    if document.signed:
        presentation["signed"] = document.signed
    return {**said, "presentation": presentation}


def guarded(value: Any, name: str = "") -> Any:
    """A document, or part of one, as it may be put on paper: what the card guard finds is masked.
    What is stored was guarded before; this is for what was typed just now or stored long ago."""
    made: Any = value
    if value is None or isinstance(value, Ink | Enum):
        return value
    if isinstance(value, str):
        made = mask_cards(value) if holds_secret(name, value) else value
    elif isinstance(value, LocalizedText):
        clean_text = value.mapped(lambda text: guarded(text, name))
        made = value if clean_text == value else clean_text
    elif dataclasses.is_dataclass(value):
        kind: Any = type(value)
        parts = {field: getattr(value, field) for field in _names(kind)}
        clean = {field: guarded(part, field) for field, part in parts.items()}
        changed = {field: part for field, part in clean.items() if part is not parts[field]}
        made = dataclasses.replace(made, **changed) if changed else value
    elif type(value) is tuple:
        items = tuple(guarded(item, name) for item in value)
        same = all(one is other for one, other in zip(items, value, strict=True))
        made = value if same else items
    return made


def canonical(content: dict[str, Any]) -> bytes:
    """The one way of writing this content."""
    return json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode("utf-8", "replace")


def hash_of(content: dict[str, Any]) -> str:
    """The SHA-256 printed on every page: of everything but the presentation."""
    said = {name: value for name, value in content.items() if name != "presentation"}
    return hashlib.sha256(canonical(said)).hexdigest()


def plain(value: Any) -> Any:
    """A value of a sheet as JSON knows it."""
    if value is None or type(value) is str:
        return value
    if isinstance(value, LocalizedText):
        return value.stored()
    kind: Any = type(value)
    names = _written(kind)
    if names:
        made = {name: plain(getattr(value, name)) for name in names}
        for name in _by_language(kind):
            made |= {f"{name}_{code}": text for code, text in made.pop(name).items()}
        return made
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


@functools.cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    """The fields of a sheet; none of anything else."""
    if not dataclasses.is_dataclass(kind):
        return ()
    return tuple(field.name for field in dataclasses.fields(kind))


@functools.cache
def _written(kind: type[Any]) -> tuple[str, ...]:
    """The fields of a sheet that new documents have."""
    if not dataclasses.is_dataclass(kind):
        return ()
    return tuple(f.name for f in dataclasses.fields(kind) if "earlier" not in f.metadata)


@functools.cache
def _by_language(kind: type[Any]) -> tuple[str, ...]:
    """The texts that stand as one key per language."""
    return tuple(f.name for f in dataclasses.fields(kind) if BY_LANGUAGE in f.metadata)


def document_of(content: Any, sheet_type: type[Any]) -> PrintedSheet:
    """The document written as `content`, by this version or an earlier one.

    Raises `InvalidInput("document.malformed")` naming the place that is not as the schema says, and
    ``document.version`` for a format this version does not know.
    """
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise _malformed("format")
    number = content.get("version")
    if type(number) is not int or not 1 <= number <= format_of(sheet_type):
        raise InvalidInput.of("file", "document.version", found=number)
    try:
        sheet = upgraded(content.get("sheet") or {}, sheet_type, number)
    except (AttributeError, KeyError, TypeError):
        raise _malformed("sheet") from None
    presentation = content.get("presentation")
    if not isinstance(presentation, dict):
        raise _malformed("presentation")
    try:
        made = PrintedSheet(
            kind=_read(str, content.get("kind"), "kind"),
            languages=_read(tuple[str, ...], presentation.get("languages"), "languages"),
            paper=_read(str, presentation.get("paper"), "paper"),
            signed=_read(str, presentation.get("signed", ""), "signed"),
            house=_read(Issuer, content.get("house"), "house"),
            sheet=_read(sheet_type, sheet, "sheet"),
        )
    except ValueError:
        raise _malformed("languages") from None
    same = canonical(content_of(made)) == canonical(content)
    return made if same else dataclasses.replace(made, written=content)


@functools.cache
def _required(kind: type[Any]) -> frozenset[str]:
    """The fields every document has, those of earlier versions too."""
    return frozenset(
        f.name for f in dataclasses.fields(kind) if not {"later", "earlier"} & f.metadata.keys()
    )


def _malformed(place: str) -> InvalidInput:
    return InvalidInput.of("file", "document.malformed", place=place)


@functools.cache
def _fields(kind: type[Any]) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    return {f.name: hints[f.name] for f in dataclasses.fields(kind)}


def _read(kind: Any, value: Any, place: str) -> Any:
    """`value` as the type `kind`, refused when it is anything else."""
    origin = typing.get_origin(kind)
    if origin in {typing.Union, types.UnionType}:
        inner = [arm for arm in typing.get_args(kind) if arm is not type(None)]
        return None if value is None else _read(inner[0], value, place)
    if origin is tuple:
        return _read_tuple(typing.get_args(kind), value, place)
    if kind is LocalizedText:
        return _read_text(value, place)
    if dataclasses.is_dataclass(kind):
        return _read_fields(kind, value, place)
    return _readplain(kind, value, place)


def _read_text(value: Any, place: str) -> LocalizedText:
    if not isinstance(value, dict) or not value.keys() >= set(ALWAYS_STORED):
        raise _malformed(place)
    return LocalizedText.of(
        {language: _read(str, text, f"{place}.{language}") for language, text in value.items()}
    )


def _read_tuple(kinds: tuple[Any, ...], value: Any, place: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise _malformed(place)
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        kinds = (kinds[0],) * len(value)
    if len(kinds) != len(value):
        raise _malformed(place)
    return tuple(
        _read(kind, item, f"{place}[{i}]")
        for i, (kind, item) in enumerate(zip(kinds, value, strict=True))
    )


def _read_fields(kind: Any, value: Any, place: str) -> Any:
    known = _fields(kind)
    if isinstance(value, dict):
        value = dict(value)
        for name in _by_language(kind):
            keys = [key for key in value if key.startswith(f"{name}_")]
            value[name] = {key.removeprefix(f"{name}_"): value.pop(key) for key in keys}
    if not isinstance(value, dict) or not (_required(kind) <= value.keys() <= known.keys()):
        raise _malformed(place)
    return kind(
        **{name: _read(known[name], inner, f"{place}.{name}") for name, inner in value.items()}
    )


def _readplain(kind: Any, value: Any, place: str) -> Any:
    if kind in {datetime, date} or (isinstance(kind, type) and issubclass(kind, Enum)):
        try:
            read = kind.fromisoformat if kind in {datetime, date} else kind
            return read(value)
        except (TypeError, ValueError):
            raise _malformed(place) from None
    if kind is float and type(value) is int:
        return value  # 0 and 0.0 are one number and two texts, so two hashes
    if type(value) is not kind:
        raise _malformed(place)
    return value


def schema(sheets: dict[str, type[Any]]) -> dict[str, Any]:
    """The JSON Schema of the embedded copy, from the sheets of every kind."""
    definitions: dict[str, Any] = {}
    kinds = [
        {
            "properties": {
                "kind": {"const": kind},
                "version": {"const": format_of(sheet)},
                "sheet": _schema_of(sheet, definitions),
            },
            "required": ["kind", "version", "sheet"],
        }
        for kind, sheet in sorted(sheets.items())
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:poscare:{FORMAT}:1",
        "title": "POSCare document",
        "description": "The machine-readable copy inside every POSCare PDF. Its SHA-256, over the"
        " canonical form (sorted keys, no spaces, UTF-8) of everything but `presentation`, is"
        " printed on every page. `version` is the number of the format of its kind.",
        "type": "object",
        "properties": {
            "format": {"const": FORMAT},
            "version": {"type": "integer", "minimum": 1},
            "kind": {"enum": sorted(sheets)},
            "presentation": {
                "type": "object",
                "properties": {
                    "languages": {
                        "type": "array",
                        "items": {"enum": list(LANGUAGES)},
                        "minItems": 1,
                        "maxItems": 2,
                    },
                    "paper": {"enum": list(PAPERS)},
                    "signed": {
                        "type": "string",
                        "description": "The signature in the QR code: key and signature.",
                    },
                },
                "required": ["languages", "paper"],
                "additionalProperties": False,
            },
            "house": _schema_of(Issuer, definitions),
            "sheet": {"type": "object"},
        },
        "required": ["format", "version", "kind", "house", "sheet", "presentation"],
        "additionalProperties": False,
        "oneOf": kinds,
        "$defs": dict(sorted(definitions.items())),
    }


_PLAIN_SCHEMAS: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
}


def _schema_of(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    origin, arms = typing.get_origin(kind), typing.get_args(kind)
    if origin in {typing.Union, types.UnionType}:
        inner = next(arm for arm in arms if arm is not type(None))
        return {"anyOf": [_schema_of(inner, definitions), {"type": "null"}]}
    if origin is tuple:
        if arms[-1] is Ellipsis:
            return {"type": "array", "items": _schema_of(arms[0], definitions)}
        return {
            "type": "array",
            "prefixItems": [_schema_of(arm, definitions) for arm in arms],
            "minItems": len(arms),
            "maxItems": len(arms),
        }
    if kind is LocalizedText:
        return _schema_of_text(definitions)
    if dataclasses.is_dataclass(kind):
        return _schema_of_fields(kind, definitions)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {"enum": [word.value for word in kind]}
    return dict(_PLAIN_SCHEMAS[kind])


def _schema_of_text(definitions: dict[str, Any]) -> dict[str, Any]:
    """Chinese and English are always there; a reader must expect further languages."""
    definitions["LocalizedText"] = {
        "type": "object",
        "description": "A text by language code.",
        "properties": {code: {"type": "string"} for code in ALWAYS_STORED},
        "required": list(ALWAYS_STORED),
        "additionalProperties": {"type": "string"},
    }
    return {"$ref": "#/$defs/LocalizedText"}


def _spread_by_language(kind: Any, made: dict[str, Any]) -> None:
    for name in _by_language(kind):
        del made["properties"][name]
        place = made["required"].index(name)
        made["required"][place : place + 1] = [f"{name}_zh", f"{name}_en"]
        made["properties"] |= {f"{name}_{code}": {"type": "string"} for code in LANGUAGES}


def _schema_of_fields(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    name = kind.__name__
    if name not in definitions:
        definitions[name] = {}
        known = {key: hint for key, hint in _fields(kind).items() if key in _written(kind)}
        definitions[name] = {
            "type": "object",
            "description": " ".join((kind.__doc__ or "").split()),
            "properties": {key: _schema_of(hint, definitions) for key, hint in known.items()},
            "required": [name for name in known if name in _required(kind)],
            "additionalProperties": False,
        }
        _spread_by_language(kind, definitions[name])
    return {"$ref": f"#/$defs/{name}"}
