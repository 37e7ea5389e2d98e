"""``poscare hub``: the exchange through a server instead of package files."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app import paths
from app import settings as settings_file
from app.cli.context import Context, Verb, table
from app.cli.exchange_trust import codes_in, people_lines
from app.cli.signing_in import secret
from app.domain.errors import InvalidInput, Unavailable
from app.i18n import Translator
from app.settings import Settings
from app.texts import error_text, word
from app.texts.intake import intake_lines

if TYPE_CHECKING:
    from app.exchange.hub import Hub, HubRun
    from app.exchange.hub_admin import HubAdministration, HubLogin
    from app.exchange.package import Role

PASSWORD = "POSCARE_HUB_PASSWORD"
ADMIN_PASSWORD = "POSCARE_HUB_ADMIN_PASSWORD"


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    verbs = parser.add_subparsers(dest="what", required=True)
    connect = verbs.add_parser(
        "connect",
        help=t("connect this computer; its password is in POSCARE_HUB_PASSWORD or typed"),
    )
    _add_place(connect, t)
    connect.add_argument("--user", default="", help=t("login of this computer"))
    init = verbs.add_parser(
        "init", help=t("set the server up, or bring it up to date, and connect the office")
    )
    _add_place(init, t)
    _add_administrator(init, t)
    admit = verbs.add_parser("admit", help=t("let a trusted computer in, with a new password"))
    admit.add_argument("name", metavar="NAME", help=t("what that computer is called here"))
    admit.add_argument("--login", default="", help=t("its login; without it one is made up"))
    admit.add_argument("--people", default=None, metavar="T01,T02", help=t("who works there"))
    _add_administrator(admit, t)
    verbs.add_parser("status", help=t("whether the server answers, and what waits"))
    verbs.add_parser("devices", help=t("the computers the server lets in (office)"))
    revoke = verbs.add_parser("revoke", help=t("trust a computer no longer, here and there"))
    revoke.add_argument("name", metavar="NAME", help=t("what that computer is called here"))
    work = verbs.add_parser(
        "work", help=t("take in what arrives and answer it, until stopped (office)")
    )
    work.add_argument("--once", action="store_true", help=t("only what is there now"))
    verbs.add_parser("sync", help=t("send what waits here, take in what waits there"))


def _add_place(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument(
        "--server", default="", metavar="NAME[:PORT]", help=t("the server, as in its certificate")
    )
    parser.add_argument("--database", default="", help=t("its database"))
    parser.add_argument(
        "--certificate",
        default="",
        metavar="FILE.pem",
        help=t("file with the certificate that signed the server's"),
    )


def _add_administrator(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument(
        "--admin",
        required=True,
        metavar="USER",
        help=t("administrator there, with the password in POSCARE_HUB_ADMIN_PASSWORD or typed"),
    )


def _run(context: Context) -> int | None:
    return _ACTIONS[context.options.what](context)


def _hub(context: Context, settings: Settings | None = None, password: str | None = None) -> Hub:
    from app import bootstrap

    services = context.services
    found = bootstrap.hub(services, settings or context.settings, password)
    if found is None:
        raise InvalidInput.of("hub_server", "hub.not_configured")
    return found


# --- setting up -----------------------------------------------------------------------------------


def _connect(context: Context) -> None:
    from app import bootstrap

    settings = _with_place(context)
    settings = replace(settings, hub_user=context.options.user or settings.hub_user)
    bootstrap.hub_address_of(settings)
    password = secret(PASSWORD, context.t("Password of this computer on the server: "))
    found = _hub(context, settings, password).check()
    _keep(context, settings, password)
    said = context.t(
        "{server} knows this computer as “{name}”.", server=settings.hub_server, name=found.name
    )
    context.emit({"server": settings.hub_server, "name": found.name, "role": found.role}, said)


def _init(context: Context) -> None:
    from app import bootstrap

    settings = _with_place(context)
    exchange = bootstrap.exchange(context.services, settings)
    if not exchange.is_office:
        raise InvalidInput.of("office", "hub.office_first")
    with _administration(context, settings) as server:
        left = [error_text(context.t, one) for one in server.set_up()]
        if _connected_already(context, settings):
            said = context.t("The exchange on {server} is up to date.", server=settings.hub_server)
            known = {"server": settings.hub_server, "login": settings.hub_user, "left": left}
            context.emit(known, "\n".join((said, *left)))
            return
        own = exchange.identity.key()
        made = server.admit(own.station, own.name, "office")
    settings = replace(settings, hub_user=made.login)
    _hub(context, settings, made.password).check()
    _keep(context, settings, made.password)
    lines = (
        context.t(
            "The exchange on {server} is set up, and the office is connected. Let each laptop in"
            " with “poscare hub admit”, and keep “poscare hub work” running.",
            server=settings.hub_server,
        ),
        context.t("Other seats of the office connect with this:"),
        _connecting(settings, made),
        context.t("Password, shown this once: {password}", password=made.password),
        *left,
    )
    context.emit({**_login(settings, made, "office"), "left": left}, "\n".join(lines))


def _connected_already(context: Context, settings: Settings) -> bool:
    """Whether the login of this office still works: others of its seats may use it, too."""
    try:
        return _hub(context, settings).check().role == "office"
    except (InvalidInput, Unavailable):
        return False


def _admit(context: Context) -> None:
    from app import bootstrap

    t, settings = context.t, context.settings
    exchange = bootstrap.exchange(context.services, settings)
    found = exchange.stations.named(context.options.name)
    if found.revoked_at is not None:
        raise InvalidInput.of(
            "name", "exchange.revoked_login", name=found.name, since=found.revoked_at
        )
    codes = codes_in(context.options.people)
    if codes is not None:
        # First: the password is shown once, and must not be lost over a code.
        found = exchange.stations.name_people(found.key.station, codes)
    with _administration(context, settings) as server:
        made = server.admit(found.key.station, found.name, login=context.options.login)
    said = [_login_text(t, settings, made, found.name), *people_lines(t, exchange, found)]
    context.emit({**_login(settings, made, "laptop"), "people": found.codes}, "\n".join(said))


def _login(settings: Settings, made: HubLogin, role: Role) -> dict[str, Any]:
    return {
        "server": settings.hub_server,
        "database": settings.hub_database,
        "login": made.login,
        "password": made.password,
        "role": role,
    }


def _login_text(t: Translator, settings: Settings, made: HubLogin, name: str) -> str:
    return "\n".join(
        (
            t("Admitted: {name}", name=name),
            t("Password, shown this once: {password}", password=made.password),
            t("On that computer, with the certificate file of the server:"),
            _connecting(settings, made),
        )
    )


def _connecting(settings: Settings, made: HubLogin) -> str:
    """The command another computer connects with."""
    return (
        f"poscare hub connect --server {settings.hub_server} --database {settings.hub_database}"
        f" --user {made.login} --certificate FILE.pem"
    )


def _with_place(context: Context) -> Settings:
    options, settings = context.options, context.settings
    return replace(
        settings,
        hub_server=options.server or settings.hub_server,
        hub_database=options.database or settings.hub_database,
        hub_certificate=options.certificate or settings.hub_certificate,
    )


def _administration(context: Context, settings: Settings) -> HubAdministration:
    from app import bootstrap
    from app.exchange.hub_admin import HubAdministration
    from app.exchange.stations import ARRANGE
    from app.services.core.rights import require

    require(context.services.context, ARRANGE)
    options = context.options
    address = bootstrap.hub_address_of(replace(settings, hub_user=options.admin))
    prompt = context.t("Password of {code}: ", code=options.admin)
    # Whoever works on the machine of the server itself may need none.
    password = "" if address.host.startswith("/") else secret(ADMIN_PASSWORD, prompt)
    return HubAdministration(address, password)


def _keep(context: Context, settings: Settings, password: str) -> None:
    from app import bootstrap

    stored = settings_file.load(paths.settings_file())
    names = ("hub_server", "hub_database", "hub_user", "hub_certificate")
    values = {name: getattr(settings, name) for name in names}
    wanted = settings_file.with_values(stored, values)

    def store() -> None:
        bootstrap.secrets().set(bootstrap.HUB_PASSWORD, password)
        settings_file.save(wanted, paths.settings_file())

    context.services.settings_log.save(
        settings_file.values_of(stored), settings_file.values_of(wanted), store
    )
    context.settings = settings


# --- every day ------------------------------------------------------------------------------------


def _status(context: Context) -> None:
    from app import bootstrap

    t, hub = context.t, _hub(context)
    found = hub.check()
    exchange = bootstrap.exchange(context.services, context.settings)
    here, there = exchange.waiting, len(found.waiting)
    value = {
        "server": hub.address.server,
        "encrypted": hub.address.encrypted,
        "name": found.name,
        "role": found.role,
        "office": bool(found.office),
        "waiting": here,
        "waiting_there": there,
    }
    lines = [
        t("{server} knows this computer as “{name}”.", server=hub.address.server, name=found.name),
        t("{name} ({role})", name=found.name, role=word(t, "station_role", found.role)),
        t.plural("{count} operation waits", "{count} operations wait", here),
        t.plural("{count} package waits there", "{count} packages wait there", there),
    ]
    context.emit(value, "\n".join(lines))


def _devices(context: Context) -> None:
    t, found = context.t, _hub(context).devices()
    rows = [
        (
            one.name,
            one.login,
            t.moment(one.revoked_at),
            t.moment(one.last_contact) or t("never"),
            one.to_office,
            one.to_device,
        )
        for one in found
    ]
    header = (
        t("Computer"),
        t("Login"),
        t("Revoked"),
        t("Last contact"),
        t("To the office"),
        t("From the office"),
    )
    context.emit(found, lambda: table(header, rows))


def _revoke(context: Context) -> None:
    from app import bootstrap

    hub = _hub(context)
    exchange = bootstrap.exchange(context.services, context.settings)
    found = exchange.stations.revoke(context.options.name)
    hub.revoke(found.key.station)
    value = {"name": found.name, "station": found.key.station, "revoked_at": found.revoked_at}
    context.emit(value, context.t("No longer trusted: {name}", name=found.name))


def _sync(context: Context) -> int:
    return _passed(context, _hub(context))


def _work(context: Context) -> int:
    hub = _hub(context)
    if context.options.once:
        return _passed(context, hub)
    said = ""
    try:
        while True:
            try:
                done, fault = hub.run(context.progress), ""
                if done.sent or done.arrived or done.rejected:
                    _show(context, done)
            except Unavailable as failure:
                fault = error_text(context.t, failure)
            if fault and fault != said:
                context.note(fault)
            said = fault
            time.sleep(hub.pause)
    except KeyboardInterrupt:
        return 0


def _passed(context: Context, hub: Hub) -> int:
    done = hub.run(context.progress)
    _show(context, done)
    return 2 if done.rejected or done.refused else 0


def _show(context: Context, done: HubRun) -> None:
    context.emit(_run_value(context.t, done), lambda: "\n".join(_run_lines(context.t, done)))


def _run_value(t: Translator, done: HubRun) -> dict[str, Any]:
    return {
        "sent": done.sent,
        "arrived": [
            {
                "from": one.sender_name,
                "operations": one.operations,
                "applied": one.applied,
                "already": one.already,
                "conflicts": len(one.conflicts),
                "refused": [refused.code for refused in one.refused],
            }
            for one in done.arrived
        ],
        "rejected": [error_text(t, one) for one in done.rejected],
        "refused": done.refused,
        "elsewhere": done.elsewhere,
    }


def _run_lines(t: Translator, done: HubRun) -> Sequence[str]:
    if done.elsewhere:
        return [t("Another seat of the office does this already.")]
    lines = [t.plural("{count} package sent", "{count} packages sent", done.sent)]
    for one in done.arrived:
        lines += intake_lines(t, one, dry_run=False)
    lines += [t("Not taken in: {reason}", reason=error_text(t, one)) for one in done.rejected]
    if done.refused:
        lines.append(t("The office could not take the last package in; its screen says why."))
    return lines


_ACTIONS = {
    "connect": _connect,
    "init": _init,
    "admit": _admit,
    "status": _status,
    "devices": _devices,
    "revoke": _revoke,
    "work": _work,
    "sync": _sync,
}

VERB = Verb(_configure, _run)
