"""The parser of the command line in the reader's language, and help for what every verb shares."""

from __future__ import annotations

import argparse
import functools
import re
from typing import Any, NoReturn

from app.cli.refusing import refuse
from app.i18n import N_, Translator

REFUSALS = (
    (r"the following arguments are required: (?P<what>.+)", N_("Missing: {what}.")),
    (r"unrecognized arguments: (?P<what>.+)", N_("Not understood: {what}.")),
    (
        r"argument (?P<what>\S+): invalid choice: '(?P<value>.*)' \(choose from (?P<known>.+)\)",
        N_("{what}: “{value}” is not one of {known}."),
    ),
    (
        r"argument (?P<what>\S+): expected (?P<value>.+) arguments?",
        N_("{what}: a value is missing."),
    ),
    (
        r"argument (?P<what>\S+): invalid \S+ value: '(?P<value>.*)'",
        N_("{what}: “{value}” cannot be read."),
    ),
    (
        r"argument (?P<what>\S+): not allowed with argument (?P<value>\S+)",
        N_("{what} and {value} exclude each other."),
    ),
)
"""What argparse says when it refuses, and the sentence for it."""

OPTION_HELP: dict[str, str] = {
    "accept": N_("carry the proposal out"),
    "acquirer": N_("only this acquirer"),
    "advice": N_("advice to the merchant"),
    "anchor": N_("first day of the rhythm"),
    "area": N_("only this area"),
    "at": N_("time of day"),
    "basis": N_("why the interval is what it is"),
    "basis_en": N_("the same in English"),
    "basis_zh": N_("why the interval is what it is, in Chinese"),
    "by": N_("group by"),
    "caption": N_("words below the picture"),
    "cause": N_("cause, by its id in the catalogue"),
    "checklist": N_("checklist of the visit"),
    "code": N_("kind of code on the label"),
    "confidence": N_("how sure the interval is"),
    "confirmed_by": N_("who confirmed it"),
    "detection": N_("how the fault was found"),
    "done_on": N_("day it was done"),
    "ends_on": N_("last day of the plan"),
    "event_late_days": N_("days after the event by which it must be done"),
    "fault_class": N_("fault class"),
    "first": N_("first day"),
    "field": N_("a field on the label"),
    "day": N_("the day"),
    "file": N_("the file"),
    "files": N_("the files"),
    "firmware": N_("only this firmware"),
    "how": N_("how it was confirmed"),
    "impact": N_("whether the merchant can still take payments"),
    "key": N_("key of the plan"),
    "kind": N_("which sort"),
    "last": N_("last day"),
    "limit": N_("at most so many"),
    "meter_every": N_("due every so many"),
    "meter_kind": N_("what is counted"),
    "minutes": N_("minutes it takes"),
    "mode": N_("failure mode, by its id in the catalogue"),
    "model": N_("only this model"),
    "month": N_("the month, as YYYY-MM"),
    "name_en": N_("name in English"),
    "name_zh": N_("name in Chinese"),
    "number": N_("number of the incident or visit"),
    "old_state": N_("what becomes of the old device"),
    "on": N_("the rule's day"),
    "other_text": N_("what it was, for the class “other”"),
    "outcome": N_("what came of it"),
    "outlines": N_("draw the edges of the labels"),
    "output": N_("the file to write"),
    "person": N_("code of the person"),
    "person_role": N_("what the person may do"),
    "phone": N_("telephone number"),
    "place": N_("where the work is done"),
    "plan": N_("only this plan"),
    "reason": N_("the reason"),
    "remark": N_("a remark for the log"),
    "remedy": N_("remedy, by its id in the catalogue"),
    "result": N_("how far it was resolved"),
    "role": N_("whose signature is missing"),
    "run": N_("number of the run"),
    "scope": N_("which terminals"),
    "seed": N_("start of the random numbers"),
    "serial": N_("serial number or TID"),
    "sessions": N_("how many sessions"),
    "shift": N_("what a day off does to the date"),
    "since": N_("first day"),
    "source": N_("where the interval comes from"),
    "stage": N_("what the picture shows"),
    "starts_on": N_("first day of the plan"),
    "state": N_("only this state"),
    "stickers": N_("sheet of labels"),
    "subject": N_("number of the document's subject"),
    "summary": N_("what was done"),
    "symptom": N_("what is wrong, in words"),
    "technician": N_("code of the technician"),
    "title": N_("title of the sheet"),
    "to": N_("who is to act"),
    "unit": N_("unit of the rule"),
    "until": N_("last day"),
    "value": N_("what the counter shows"),
    "urgency": N_("how much trade depends on the terminal"),
    "words": N_("words to search for"),
    "work_done": N_("what was done"),
    "year": N_("the year"),
}
"""Help for options that say the same in every verb, by the name argparse keeps them under."""


class Parser(argparse.ArgumentParser):
    """Usage, titles and refusals in the reader's language; sub-commands inherit it."""

    def __init__(self, *, t: Translator, json: bool = False, **options: Any) -> None:
        formatter = functools.partial(_Formatter, usage=t("usage:"))
        super().__init__(**{"formatter_class": formatter, **options, "add_help": False})
        self.t, self.json = t, json
        self._positionals.title = t("what it needs")
        self._optionals.title = t("options")
        self.add_argument("-h", "--help", action="help", help=t("show this help and stop"))

    def add_subparsers(self, **options: Any) -> Any:
        """Sub-commands in the same language."""
        ours: dict[str, Any] = {
            "parser_class": functools.partial(type(self), t=self.t, json=self.json),
            "title": self.t("commands"),
        }
        return super().add_subparsers(**ours, **options)

    def describe(self) -> None:
        """Give every option without help the common one, and sub-commands their description."""
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction):
                for listed in action._choices_actions:
                    sub = action.choices[listed.dest]
                    sub.description = sub.description or listed.help
                    sub.describe()
            elif action.help is None and action.dest in OPTION_HELP:
                action.help = self.t(OPTION_HELP[action.dest])

    def error(self, message: str) -> NoReturn:
        """Refuse with exit code 2, in one sentence and the way to the help."""
        hint = self.t("See “{command} --help”.", command=self.prog)
        said = f"{self._sentence(message)} {hint}"
        raise SystemExit(refuse(said, json=self.json, exit_code=2, code="arguments"))

    def _sentence(self, message: str) -> str:
        for pattern, sentence in REFUSALS:
            if match := re.fullmatch(pattern, message):
                return self.t(sentence, **match.groupdict())
        return message


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str, usage: str) -> None:
        super().__init__(prog, max_help_position=28, width=96)
        self._usage_word = usage

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        """The usage line under its own word."""
        prefix = f"{self._usage_word} " if prefix is None else prefix
        super().add_usage(usage, actions, groups, prefix)


def leaves(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    """The parsers of single commands: all sub-commands, and the parser itself unless one of them
    has to be named."""
    groups = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    own = [] if any(group.required for group in groups) else [parser]
    below = [leaf for group in groups for sub in group.choices.values() for leaf in leaves(sub)]
    return [*own, *below]


def names(kind: Any) -> list[str]:
    """The values of an enumeration as plain words, as a list of choices shows them."""
    return [str(member) for member in kind]
