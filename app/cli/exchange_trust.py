"""The part of ``poscare exchange`` about keys, whom to trust, and who works there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app import files
from app.cli.context import Context, plain
from app.domain.errors import InvalidInput
from app.i18n import Translator
from app.texts import word
from app.texts.rules import listed

if TYPE_CHECKING:
    from app.exchange.exchange import Exchange
    from app.exchange.stations import Station

_LONGEST_KEY = 4096


def configure(verbs: Any, t: Translator) -> None:
    """Add these verbs."""
    key = verbs.add_parser("key", help=t("the public key of this computer, to be given to others"))
    key.add_argument("-o", "--output", type=Path, metavar="FILE.poskey")
    key.add_argument("--name", default="", help=t("what this computer is called"))
    key.add_argument(
        "--renew", action="store_true", help=t("make new keys, because the old ones are lost")
    )
    trust = verbs.add_parser("trust", help=t("trust the computer a key belongs to"))
    trust.add_argument("file", type=Path, metavar="FILE.poskey")
    trust.add_argument("--office", action="store_true", help=t("it is the office of this laptop"))
    trust.add_argument("--name", default="", help=t("what that computer is called here"))
    trust.add_argument(
        "--fingerprint", default="", metavar="DIGITS", help=t("only if the key has this one")
    )
    trust.add_argument("--people", default=None, metavar="T01,T02", help=t("who works there"))
    people = verbs.add_parser("people", help=t("who works at a trusted computer"))
    people.add_argument("name", metavar="NAME", help=t("what that computer is called here"))
    people.add_argument(
        "codes",
        nargs="?",
        default=None,
        metavar="T01,T02",
        help=t("name these, instead of those until now; without it they are only shown"),
    )
    revoke = verbs.add_parser("revoke", help=t("trust a computer no longer"))
    revoke.add_argument("name", metavar="NAME", help=t("what that computer is called here"))
    office = verbs.add_parser("office", help=t("make this database the office"))
    office.add_argument("step", choices=("begin",), help=t("begin: from now on"))


def _key(context: Context, exchange: Exchange) -> None:
    t, options = context.t, context.options
    if options.renew:
        exchange.identity.renew()
    if options.output is None:
        own = exchange.identity.key(options.name)
    else:
        own = exchange.identity.write_key(options.output, options.name)
    said = [
        t("{name} ({role})", name=own.name, role=word(t, "station_role", own.standing)),
        t("Fingerprint: {fingerprint}", fingerprint=own.fingerprint),
        t("The private key is kept {place}.", place=word(t, "secret_place", own.place)),
        str(options.output or own.text),
    ]
    if options.renew:
        said.append(t("These are new keys: everybody has to trust this one anew."))
    context.emit({**plain(own), "file": options.output}, "\n".join(said))


def _trust(context: Context, exchange: Exchange) -> None:
    from app.exchange.keys import read_key

    t, options = context.t, context.options
    key = read_key(_text_of(options.file))
    wanted = "".join(filter(str.isdigit, options.fingerprint))
    if options.fingerprint and wanted != key.fingerprint.replace(" ", ""):
        raise InvalidInput.of("key", "exchange.wrong_fingerprint", found=key.fingerprint)
    found = exchange.stations.trust(
        key, office=options.office, name=options.name, people=codes_in(options.people)
    )
    said = [
        t("Trusted: {name}", name=found.name),
        t("Fingerprint: {fingerprint}", fingerprint=key.fingerprint),
        t("Compare it by telephone with the one that computer shows."),
    ]
    if key.role == "office" and not options.office and not exchange.is_office:
        said.append(t("This is the key of an office. To send your work there add “--office”."))
    if exchange.is_office:
        said += people_lines(t, exchange, found)
    context.emit(_station(exchange, found), "\n".join(said))


def codes_in(text: str | None) -> list[str] | None:
    """The codes of people a person typed; None when nothing was said of them."""
    return None if text is None else re.split(r"[,，、;；\s]+", text.strip())


def people_lines(t: Translator, exchange: Exchange, station: Station) -> list[str]:
    """Who works at a computer, a line each thing to know."""
    codes, unknown = station.codes, exchange.stations.unknown_codes(station)
    if not codes:
        return [
            t(
                "Nobody is named as working there: it speaks for technicians only. Name its people"
                " with “poscare exchange people”."
            )
        ]
    lines = [t("Works there: {codes}", codes=listed(t, list(codes)))]
    if unknown:
        lines.append(t("Nobody has this code here yet: {codes}", codes=listed(t, list(unknown))))
    return lines


def _people(context: Context, exchange: Exchange) -> None:
    options = context.options
    codes = codes_in(options.codes)
    if codes is None:
        found = exchange.stations.named(options.name)
    else:
        found = exchange.stations.name_people(options.name, codes)
    lines = people_lines(context.t, exchange, found)
    context.emit(_station(exchange, found), "\n".join((found.name, *lines)))


def _text_of(path: Path) -> str:
    try:
        return files.read_chosen(path, _LONGEST_KEY).decode("ascii", "replace")
    except FileNotFoundError:
        raise InvalidInput.of("file", "file.missing", name=path.name) from None
    except OSError:
        raise InvalidInput.of("file", "file.unreadable", name=path.name) from None


def _station(exchange: Exchange, station: Station) -> dict[str, Any]:
    key = station.key
    return {
        "name": key.name,
        "station": key.station,
        "role": key.role,
        "fingerprint": key.fingerprint,
        "people": station.codes,
        "unknown_people": exchange.stations.unknown_codes(station),
        "named": [
            {
                "person": one.code,
                "since": one.since,
                "named_by": one.named_by,
                "until": one.until,
                "ended_by": one.ended_by,
            }
            for one in station.people
        ],
    }


def _revoke(context: Context, exchange: Exchange) -> None:
    found = exchange.stations.revoke(context.options.name)
    value = {**_station(exchange, found), "revoked_at": found.revoked_at}
    context.emit(value, context.t("No longer trusted: {name}", name=found.name))


def _office(context: Context, exchange: Exchange) -> None:
    exchange.begin_office()
    said = context.t(
        "This database is the office now: it puts everybody's work in order. Give its key to the"
        " laptops, and trust theirs."
    )
    context.emit(exchange.identity.key(), said)


ACTIONS = {
    "key": _key,
    "trust": _trust,
    "people": _people,
    "revoke": _revoke,
    "office": _office,
}
