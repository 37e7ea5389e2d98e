"""``poscare help``: the whole manual: every command, exit codes, JSON shapes, examples."""

from __future__ import annotations

import argparse

from app import paths
from app.cli.command_line import whole_parser
from app.cli.context import Context, Verb
from app.cli.parser import leaves
from app.i18n import N_, Translator

EXIT_CODES = (
    ("0", N_("done")),
    ("1", N_("check or verify found something wrong")),
    ("2", N_("invalid input: the message names the field")),
    ("3", N_("not found")),
    ("4", N_("conflict, or not allowed in this state")),
    ("5", N_("unavailable: file, database, disk or connection")),
    ("6", N_("the fault catalogue is wrong")),
    ("70", N_("a bug; the log has the details")),
)

SHAPES = (
    (
        "import terminals|history FILE [--dry-run] [--skip-bad] --json",
        (
            '{"rows": 2027, "new": 2000, "updated": 0, "unchanged": 0, "blank": 9,',
            ' "problems": [{"row": 109, "field": "serial", "reason": "…", "value": "…",',
            ' "code": "…"}],',
            ' "warnings": […], "skipped": 18, "refused": 18, "committed": true, "mapping": {…}}',
        ),
    ),
    (
        "diagnose --code 51 --text … --json",
        ('{"ranking": [{"class": "balance", "probability": 0.97, "reasons": ["…"]}, …], …}',),
    ),
    ("diagnose --cases FILE.jsonl --json", ('{"id": "1", "ranking": […], …}',)),
    (
        "incident open|show|move|… --json",
        ('{"number": "L7-000001", "state": "new", "terminal_id": "…", "events": […], …}',),
    ),
    ("incident list --json", ('[{"number": "…", "state": "…", "merchant_name": "…", …}, …]',)),
    ("terminal find --json", ('[{"serial": "…", "tid": "…", "merchant_name": "…", …}, …]',)),
    ("schedule -o FILE --json", ('{"file": "…", "pages": 2, "kind": "schedule_month"}',)),
    (
        "report incident NUMBER -o FILE --json",
        ('{"file": "…", "documents": [{"number": "…", "sha256": "…", …}], …}',),
    ),
    (
        "insight --json",
        ('{"period": {"first": "…", "last": "…"}, "months": […], "models": […], "warnings": […]}',),
    ),
    (
        "warnings --json",
        ('[{"kind": "…", "severity": "…", "subject": "…", "count": 3, "evidence": […], …}, …]',),
    ),
    (
        "exchange import FILE.posx [--dry-run] --json",
        (
            '{"from": "…", "operations": 12, "applied": 12, "already": 0,',
            ' "conflicts": [{"id": "…", "sort": "overwritten", "record": "…", "field": "…",',
            ' "kept": …, "lost": …, "text": "…", …}],',
            ' "refused": [{"code": "exchange.gap", "first": 8, "last": 9, "text": "…"}],',
            ' "records": {"terminal": {"before": 0, "after": 2000}, …}, …}',
        ),
    ),
    (
        "exchange status --json",
        (
            '{"waiting": 3, "devices": [{"name": "…", "last_seq": 1203, "missing": [],',
            ' "last_contact": "…", "revoked_at": null, …}], …}',
        ),
    ),
    ("check --json", ('[{"code": "…", "well": true, "detail": "…"}, …]',)),
    ("demo --out FOLDER --json", ('{"files": ["…/service_report.pdf", …]}',)),
    (
        "… --json (2, 3, 4, 5, 6, 70)",
        (
            '{"error": {"exit": 2, "code": "…", "text": "…",',
            ' "problems": [{"field": "…", "code": "…", "text": "…"}]}}',
        ),
    ),
)
"""What other programs may rely on.  ``--cases`` prints one object per line."""

EXAMPLES = (
    (
        N_("Look at a spreadsheet, then take it in without its wrong rows"),
        (
            "poscare import terminals terminals.csv --dry-run",
            "poscare import terminals terminals.csv --skip-bad",
        ),
    ),
    (
        N_("From the code on the screen to the printed service report"),
        (
            "poscare diagnose --text 请签到",
            "poscare incident open 50000007 --symptom 提示请签到",
            "poscare incident start L7-000001",
            'poscare incident log L7-000001 "重新签到" --outcome "成功" --minutes 10',
            (
                "poscare incident resolve L7-000001 --class operation --work-done 重新签到"
                " --test sign_in"
            ),
            "poscare incident close L7-000001 --confirmed-by 王先生",
            "poscare report incident L7-000001 -o report.pdf",
        ),
    ),
    (
        N_("Recommended plans, their visits and the schedule of a month"),
        (
            "poscare plan install",
            "poscare plan generate",
            "poscare schedule --from 2026-12-01 --to 2026-12-31 --area 江宁区 -o schedule.pdf",
        ),
    ),
    (
        N_("Work of a laptop to its office and back, without a network"),
        (
            "poscare exchange key -o laptop.poskey",
            "poscare exchange trust office.poskey --office",
            "poscare exchange export -o monday.posx",
            "poscare exchange import answer.posx --dry-run",
        ),
    ),
    (
        N_("Another database, words in English, output for a program"),
        (
            "poscare incident list --state open --db /srv/poscare.db --lang en --json",
            "poscare check --db postgresql://poscare@server/poscare",
        ),
    ),
)


def manual(parser: argparse.ArgumentParser, t: Translator) -> str:
    """Everything below what ``poscare --help`` shows."""
    sections = (
        (t("Every command"), _commands(parser)),
        (t("Options of every command"), _shared(t)),
        (t("Exit codes"), [f"{code:<4}{t(text)}" for code, text in EXIT_CODES]),
        (t("JSON that programs may rely on"), _shapes()),
        (t("Examples"), _examples(t)),
        (
            t("Where things lie"),
            [
                t("Data, settings and log: {path}", path=paths.home()),
                t("{variable} moves all of it to another folder.", variable=paths.HOME_VARIABLE),
            ],
        ),
    )
    return "\n\n".join(
        "\n".join([f"{title}:", *(f"  {line}".rstrip() for line in lines)])
        for title, lines in sections
    )


def _configure(_parser: argparse.ArgumentParser, _t: Translator) -> None:
    """It takes what every command takes."""


def _run(context: Context) -> None:
    parser = whole_parser(context.t.language)
    listed = [{"command": _usage(leaf), "help": leaf.description or ""} for leaf in leaves(parser)]
    context.emit(listed, lambda: f"{parser.format_help()}\n{manual(parser, context.t)}")


def _commands(parser: argparse.ArgumentParser) -> list[str]:
    return [
        line for leaf in leaves(parser) for line in (_usage(leaf), f"    {leaf.description or ''}")
    ]


def _usage(leaf: argparse.ArgumentParser) -> str:
    needs = [_placeholder(a) for a in leaf._actions if not a.option_strings or a.required]
    return " ".join([leaf.prog, *needs])


def _placeholder(action: argparse.Action) -> str:
    shown = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    if not action.option_strings:
        return shown
    return f"{action.option_strings[0]} {shown}"


def _shared(t: Translator) -> list[str]:
    return [
        f"--db PATH|URL  {t('database: a path or URL')}",
        f"--lang zh|en   {t('language of the output')}",
        f"--json         {t('print JSON instead of text')}",
        f"--help         {t('show this help and stop')}",
    ]


def _shapes() -> list[str]:
    return [line for verb, shape in SHAPES for line in (verb, *(f"    {part}" for part in shape))]


def _examples(t: Translator) -> list[str]:
    return [
        line for title, commands in EXAMPLES for line in (t(title), *(f"    {c}" for c in commands))
    ]


VERB = Verb(_configure, _run)
