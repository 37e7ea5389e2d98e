"""``poscare knowledge`` for entries of one's own: list, show, add, edit, retire, undo, log, and
what was not understood."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app import chosen_files, files
from app.cli.context import Context, table
from app.cli.parser import names
from app.domain.diagnosis.knowledge_edits import KnowledgeEdit, KnowledgePart
from app.domain.errors import Conflict, InvalidInput
from app.i18n import Translator
from app.texts import word

if TYPE_CHECKING:
    from app.services.diagnosis.living_knowledge import ChangePreview


def configure(verbs: Any, t: Translator) -> None:
    """Add the verbs to those of ``poscare knowledge``."""
    listed = verbs.add_parser("list", help=t("the entries of a part of the catalogue"))
    _part(listed, t)
    listed.add_argument("--own", action="store_true", help=t("only those of this house"))
    shown = verbs.add_parser("show", help=t("an entry as JSON, to be changed and given back"))
    _place(shown, t)
    for name, said in (
        ("add", t("add an entry; its content is JSON as “show” writes it")),
        ("edit", t("put another content in place of an entry's")),
    ):
        changed = verbs.add_parser(name, help=said)
        _place(changed, t)
        changed.add_argument("file", metavar="FILE.json", help=t("the content; - reads it here"))
        _preview(changed, t)
    retired = verbs.add_parser("retire", help=t("take an entry out of use"))
    _place(retired, t)
    _preview(retired, t)
    undone = verbs.add_parser("undo", help=t("take back a change, the latest unless one is named"))
    undone.add_argument("edit", nargs="?", default="", help=t("its id, as “log” shows it"))
    verbs.add_parser("log", help=t("who changed what in the catalogue, and when"))
    missed = verbs.add_parser("unmatched", help=t("what people wrote that was not understood"))
    missed.add_argument(
        "-o", "--output", type=Path, metavar="FILE.jsonl", help=t("write it as cases")
    )


def _part(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument("part", choices=names(KnowledgePart), help=t("part of the catalogue"))


def _place(parser: argparse.ArgumentParser, t: Translator) -> None:
    _part(parser, t)
    parser.add_argument("entry", help=t("its name; of a code PROFILE/CODE"))


def _preview(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument(
        "--preview", action="store_true", help=t("only say what it would do to recent incidents")
    )


def _list(context: Context) -> int:
    options, t = context.options, context.t
    found = context.services.living_knowledge.entries(KnowledgePart(options.part))
    listed = [one for one in found if not options.own or one.origin != "shipped"]
    titles = {one.entry: title_of(t.language, one.content) for one in listed}
    rows = [(o.entry, word(t, "knowledge_origin", o.origin), titles[o.entry]) for o in listed]
    context.emit(
        [{"entry": o.entry, "origin": o.origin, "title": titles[o.entry]} for o in listed],
        lambda: table((t("Entry"), t("Origin"), t("Meaning")), rows),
    )
    return 0


def title_of(language: str, content: Any) -> str:
    """What an entry says in a language, of a contact what to ask for."""
    said = content.get("ask", content)
    return str(said.get(language) or said.get("en", ""))


def _show(context: Context) -> int:
    options = context.options
    found = context.services.living_knowledge.entry(KnowledgePart(options.part), options.entry)
    written = json.dumps(found.content, ensure_ascii=False, indent=2)
    context.emit(dict(found.content), written)
    return 0


def _change(context: Context) -> int:
    options, t = context.options, context.t
    part, living = KnowledgePart(options.part), context.services.living_knowledge
    known = {one.entry for one in living.entries(part) if one.origin != "retired"}
    if options.what == "add" and options.entry in known:
        raise Conflict("knowledge", options.entry)
    if options.what == "edit":
        living.entry(part, options.entry)
    content = None if options.what == "retire" else _content(options.file)
    if options.preview:
        found = living.preview(part, options.entry, content)
        context.emit(found, lambda: preview_text(t, found))
        return 0
    if content is None:
        edit = living.retire(part, options.entry)
    else:
        edit = living.edit(part, options.entry, content)
    context.emit({"edit": edit}, t("Changed. “poscare knowledge undo” takes it back."))
    return 0


def _content(name: str) -> dict[str, Any]:
    try:
        content = json.loads(
            sys.stdin.read() if name == "-" else files.read_chosen(Path(name)).decode("utf-8-sig")
        )
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput.of("file", "file.unreadable", name=name) from error
    except (ValueError, RecursionError) as error:
        raise InvalidInput.of("file", "knowledge.no_json", name=name, detail=str(error)) from error
    if not isinstance(content, dict):
        raise InvalidInput.of("file", "knowledge.no_json", name=name, detail="{}")
    return content


def preview_text(t: Translator, found: ChangePreview) -> str:
    """What a change would do, in words."""
    head = t(
        "Of {cases} recent incidents {changed} would be judged otherwise. Of {confirmed} with a"
        " confirmed class {before} are named right now, {after} then.",
        cases=found.cases,
        changed=len(found.changed),
        confirmed=found.confirmed,
        before=found.right_before,
        after=found.right_after,
    )
    rows = [
        (
            one.number,
            one.reported[:40],
            f"{word(t, 'fault_class', one.before[0])} {one.before[1]:.0%}",
            f"{word(t, 'fault_class', one.after[0])} {one.after[1]:.0%}",
            word(t, "fault_class", one.confirmed) if one.confirmed else "",
        )
        for one in found.changed
    ]
    titles = (t("Number"), t("Reported"), t("Now"), t("Then"), t("Confirmed"))
    return "\n\n".join((head, table(titles, rows))) if rows else head


def _undo(context: Context) -> int:
    living, t = context.services.living_knowledge, context.t
    standing = [one for one in living.log() if not one.undone]
    wanted = context.options.edit or next((one.id for one in standing), "")
    living.undo(wanted)
    context.emit({"undone": wanted}, t("Undone; what was before is in effect again."))
    return 0


def _log(context: Context) -> int:
    t = context.t
    found = context.services.living_knowledge.log()
    rows = [
        (t.moment(one.made_at), one.made_by, f"{one.part} {one.entry}", done_text(t, one), one.id)
        for one in found
    ]
    titles = (t("When"), t("Who"), t("Entry"), t("What"), t("Id"))
    context.emit(found, lambda: table(titles, rows) if rows else t("Nothing was changed."))
    return 0


def done_text(t: Translator, edit: KnowledgeEdit) -> str:
    """What a change did, and whether it was undone."""
    done = t("retired") if edit.content is None else t("changed")
    return t("{done}, undone since", done=done) if edit.undone else done


def _unmatched(context: Context) -> int:
    options, t = context.options, context.t
    found = context.services.living_knowledge.not_understood()
    if options.output:
        lines = "".join(one.as_case(n) + "\n" for n, one in enumerate(found, 1))
        chosen_files.write(options.output, lines.encode("utf-8"))
    rows = [
        (one.times, one.code, one.text, word(t, "fault_class", one.label) if one.label else "")
        for one in found
    ]
    titles = (t("How often"), t("Code"), t("What was written"), t("Confirmed class"))
    context.emit(found, lambda: table(titles, rows) if rows else t("Everything was understood."))
    return 0


WHAT = {
    "list": _list,
    "show": _show,
    "add": _change,
    "edit": _change,
    "retire": _change,
    "undo": _undo,
    "log": _log,
    "unmatched": _unmatched,
}
"""What each verb does."""
