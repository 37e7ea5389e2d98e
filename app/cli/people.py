"""``poscare people``: who works here, roles, passwords, PINs and one-time codes."""

from __future__ import annotations

import argparse
import dataclasses
from typing import TYPE_CHECKING, Any

from app.cli import signing_in
from app.cli.context import Context, Verb, table
from app.cli.parser import names
from app.domain.errors import InvalidInput
from app.domain.faults import FaultClass
from app.domain.people.credentials import shown_code
from app.domain.people.roles import IN_THE_FIELD, Role
from app.domain.register.people import Technician, TechnicianDraft, read_home
from app.i18n import Translator
from app.texts import word

if TYPE_CHECKING:
    from app.services.people.people import OneTimeCode


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    verbs = parser.add_subparsers(dest="what", required=True)
    verbs.add_parser("list", help=t("everybody with role and way to sign in"))
    add = verbs.add_parser("add", help=t("add somebody"))
    add.add_argument("person", metavar="CODE")
    add.add_argument("name", help=t("name as printed on service reports"))
    add.add_argument("--role", dest="person_role", choices=names(Role), default="technician")
    add.add_argument("--phone", default="")
    add.add_argument("--areas", default="", metavar="AREA[,AREA]", help=t("none: everywhere"))
    add.add_argument(
        "--trained-for",
        nargs="*",
        choices=names(FaultClass),
        default=[],
        help=t("classes of faults; none: all"),
    )
    home_help = t("where the day begins and ends, degrees north and east: 31.2304,121.4737")
    add.add_argument("--home", default="", metavar="LAT,LON", help=home_help)
    home = verbs.add_parser("home", help=t("set where somebody's day begins and ends"))
    home.add_argument("person", metavar="CODE")
    home.add_argument("home", metavar="LAT,LON", help=home_help)
    role = verbs.add_parser("role", help=t("give somebody another role"))
    role.add_argument("person", metavar="CODE")
    role.add_argument("person_role", metavar="ROLE", choices=names(Role))
    password = verbs.add_parser(
        "password", help=t("set one's own password; the first one makes everybody sign in")
    )
    password.add_argument("person", metavar="CODE", nargs="?", default="")
    password.add_argument(
        "--code", dest="one_time", default="", help=t("one-time code instead of the old password")
    )
    pin = verbs.add_parser("pin", help=t("set one's own PIN for the locked window"))
    pin.add_argument("--remove", action="store_true", help=t("have none any more"))
    code = verbs.add_parser("code", help=t("a one-time code for somebody who cannot sign in"))
    code.add_argument("person", metavar="CODE")


def _run(context: Context) -> None:
    {
        "list": _list,
        "add": _add,
        "home": _home,
        "role": _role,
        "password": _password,
        "pin": _pin,
        "code": _code,
    }[context.options.what](context)


def _list(context: Context) -> None:
    t, services = context.t, context.services
    found, states = services.directory.technicians(everybody=True), services.people.states()

    def ways(person: Technician) -> str:
        state = states.get(person.id)
        if state is None:
            return ""
        said = (
            (state.has_password, t("password")),
            (state.has_pin, t("PIN")),
            (state.code_waits, t("code not used yet")),
        )
        return ", ".join(text for there, text in said if there)

    header = [t("Staff code"), t("Name"), t("Role"), t("Working here"), t("Signs in with")]
    rows = [
        (p.code, p.name, word(t, "technician_role", p.role), "✓" if p.active else "", ways(p))
        for p in found
    ]
    value = [
        {
            "code": p.code,
            "name": p.name,
            "role": p.role,
            "active": p.active,
            "fieldwork": p.fieldwork,
            "has_password": p.id in states and states[p.id].has_password,
            "has_pin": p.id in states and states[p.id].has_pin,
        }
        for p in found
    ]
    context.emit(value, lambda: table(header, rows))


def _add(context: Context) -> None:
    options, directory = context.options, context.services.directory
    latitude, longitude = read_home(options.home)
    draft = TechnicianDraft(
        code=options.person,
        name=options.name,
        phone=options.phone,
        role=options.person_role,
        fieldwork=options.person_role in IN_THE_FIELD,
        areas=tuple(filter(None, (area.strip() for area in options.areas.split(",")))),
        skills=tuple(FaultClass(word) for word in options.trained_for),
        latitude=latitude,
        longitude=longitude,
    )
    directory.save_technician(draft)
    _show(context, directory.technician(options.person))


def _role(context: Context) -> None:
    _change(context, role=context.options.person_role)


def _home(context: Context) -> None:
    latitude, longitude = read_home(context.options.home)
    _change(context, latitude=latitude, longitude=longitude)


def _change(context: Context, **changes: Any) -> None:
    options, directory = context.options, context.services.directory
    known = directory.technician(options.person)
    kept = {field.name: getattr(known, field.name) for field in dataclasses.fields(TechnicianDraft)}
    draft = TechnicianDraft(**{**kept, **changes})
    directory.save_technician(draft, known.id, known.version)
    _show(context, directory.technician(options.person))


def _show(context: Context, person: Technician) -> None:
    t = context.t
    role = word(t, "technician_role", person.role)
    context.emit(person, f"{person.code} {person.name}: {role}")


def _password(context: Context) -> None:
    t, code = context.t, context.options.person or context.person_given
    if context.options.one_time:
        if not code:
            raise InvalidInput.of("", "sign_in.who")
        new = _new_password(t)
        recovery = context.unsigned_services.people.redeem(code, context.options.one_time, new)
    else:
        services = context.services
        code = code or services.context.actor
        person = services.directory.technician(code)
        state = services.people.states().get(person.id)
        old = signing_in.PASSWORD if state and state.has_password else ""
        given = signing_in.secret(old, t("Password until now: ")) if old else ""
        recovery = services.people.set_password(person.id, _new_password(t), given)
    said = [t("The password of {code} is set.", code=code.upper())]
    if recovery is not None:
        said += [_recovery_text(t, recovery)]
    context.emit({"code": code.upper(), "recovery": recovery and recovery.code}, "\n".join(said))


def _new_password(t: Translator) -> str:
    return signing_in.new_secret(
        signing_in.NEW_PASSWORD, t("New password: "), t("The same again: ")
    )


def _pin(context: Context) -> None:
    t, services = context.t, context.services
    person = services.directory.technician(services.context.actor)
    pin = ""
    if not context.options.remove:
        pin = signing_in.new_secret(signing_in.PIN, t("New PIN: "), t("The same again: "))
    password = signing_in.secret(signing_in.PASSWORD, t("Password: "))
    services.people.set_pin(person.id, pin, password)
    context.emit({"has_pin": bool(pin)}, t("The PIN is set.") if pin else t("The PIN is gone."))


def _code(context: Context) -> None:
    t, services = context.t, context.services
    person = services.directory.technician(context.options.person)
    made = services.people.give_code(person.id)
    if made.until is None:
        text = _recovery_text(t, made)
    else:
        text = t(
            "Code for {name}: {code}\nIt opens once, until {until}, with “poscare people password"
            " {person} --code …” or in the window.",
            name=person.name,
            code=shown_code(made.code),
            until=t.moment(made.until),
            person=person.code,
        )
    context.emit({"code": shown_code(made.code), "until": made.until}, text)


def _recovery_text(t: Translator, made: OneTimeCode) -> str:
    return t(
        "Recovery code: {code}\nWrite it down and keep it in a safe place; it is shown only now and"
        " opens once if the password is forgotten.",
        code=shown_code(made.code),
    )


VERB = Verb(_configure, _run)
