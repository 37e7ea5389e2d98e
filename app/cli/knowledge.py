"""``poscare knowledge``: check the fault catalogue, measure it, look at what was learned."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from app import chosen_files, paths
from app.cli import knowledge_edits
from app.cli.context import Context, Verb, plain, table
from app.domain.diagnosis.bayes import LearnedCounts
from app.domain.errors import InvalidInput
from app.i18n import Translator
from app.texts import word

if TYPE_CHECKING:
    from app.knowledge.evaluate import Evaluation, JudgedCase

BAD_KNOWLEDGE = 6


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    verbs = parser.add_subparsers(dest="what", required=True)
    check = verbs.add_parser("check", help=t("find holes and contradictions in the catalogue"))
    check.add_argument("--folder", type=Path, default=None, help=t("another catalogue"))
    measured = verbs.add_parser("evaluate", help=t("measure accuracy and calibration on cases"))
    measured.add_argument("files", nargs="+", type=Path, metavar="FILE.jsonl")
    measured.add_argument("--plot", type=Path, metavar="FILE.svg", help=t("reliability plot"))
    measured.add_argument("--worst", type=int, default=10, help=t("how many misses to list"))
    simulated = verbs.add_parser("simulate", help=t("let a simulated technician answer"))
    simulated.add_argument("--sessions", type=int, default=2000)
    simulated.add_argument("--wrong", type=float, default=0.10, help=t("share of wrong answers"))
    simulated.add_argument("--unsure", type=float, default=0.15, help=t("share of “don't know”"))
    simulated.add_argument("--seed", type=int, default=1)
    learned = verbs.add_parser("learned", help=t("what was learned from confirmed incidents"))
    learned.add_argument(
        "action",
        nargs="?",
        choices=("show", "export", "reset"),
        default="show",
        help=t("show it, write it to a file, or learn anew from now on"),
    )
    learned.add_argument("-o", "--output", type=Path, metavar="FILE.json", help=t("where to write"))
    learned.add_argument("--yes", action="store_true", help=t("do not ask"))
    verbs.add_parser("agreement", help=t("provisional against confirmed class"))
    knowledge_edits.configure(verbs, t)


def _run(context: Context) -> int:
    return _WHAT[context.options.what](context)


def _check(context: Context) -> int:
    from app.knowledge.checks import Flaw, check_folder

    folder = context.options.folder or paths.resources() / "knowledge"
    flaws = check_folder(folder)
    t = context.t
    if context.options.db:
        unfit = context.services.living_knowledge.reasoner().knowledge.unfit
        flaws += [Flaw("warning", *said.split(": ", 1)) for said in unfit]
    rows = [(flaw.kind, flaw.where, flaw.problem) for flaw in flaws]
    context.emit(
        {"flaws": flaws},
        lambda: (
            table((t("Kind"), t("Where"), t("Problem")), rows)
            if rows
            else t("The catalogue is sound.")
        ),
    )
    return BAD_KNOWLEDGE if any(flaw.kind == "error" for flaw in flaws) else 0


def _evaluate(context: Context) -> int:
    from app import bootstrap
    from app.knowledge.evaluate import evaluate, read_cases, reliability_plot

    options = context.options
    cases = [case for path in options.files for case in read_cases(path)]
    figures = evaluate(bootstrap.reasoner(), cases, context.t.language, options.worst)
    if options.plot:
        names = ", ".join(path.stem for path in options.files)
        _write(options.plot, reliability_plot(figures, names))
    value = {**plain(figures), "misses": [_miss(j) for j in figures.misses]}
    context.emit(value, lambda: _measured(context.t, figures))
    return 0


def _write(path: Path, content: str) -> None:
    chosen_files.write(path, content.encode("utf-8"))


def _miss(j: JudgedCase) -> dict[str, object]:
    return {
        "id": j.case.id,
        "text": j.case.text,
        "code": j.case.code or None,
        "label": j.case.label,
        "alt": sorted(j.case.alt),
        "said": j.ranking[0][0],
        "probability": round(j.share, 4),
        "accepted": j.accepted,
        "reasons": j.reasons,
    }


def _with_interval(share: float, cases: int) -> str:
    from app.knowledge.evaluate import interval

    low, high = interval(share, cases)
    return f"{share:.3f} [{low:.2f}, {high:.2f}]"


def _measured(t: Translator, e: Evaluation) -> str:
    head = (t("Cases"), "n", "top-1", t("or alt"), "top-2")
    rows = [
        (name, f.cases, *(_with_interval(s, f.cases) for s in (f.top1, f.top1_or_alt, f.top2)))
        for name, f in {t("all"): e.total, **e.groups}.items()
    ]
    names = list(e.confusion)
    confusion = [
        (label, *(e.confusion[label][said] or "·" for said in names))
        for label in names
        if any(e.confusion[label].values())
    ]
    bins = [
        (f"{n / 10:.1f}-{(n + 1) / 10:.1f}", b.cases, f"{b.share:.2f}", f"{b.right:.2f}")
        for n, b in enumerate(e.bins)
        if b.cases
    ]
    misses = [
        (
            j.case.id,
            j.case.label,
            j.ranking[0][0],
            f"{j.share:.2f}",
            t("alt") if j.accepted else "",
            (j.case.code + " " + j.case.text).strip()[:48],
            " ".join(j.reasons)[:60],
        )
        for j in e.misses
    ]
    return "\n\n".join(
        (
            table(head, rows),
            t("Confusion (label down, said across)")
            + "\n"
            + table((t("label"), *(n[:4] for n in names)), confusion),
            f"Brier {e.brier:.3f}   ECE {e.calibration_error:.3f}   "
            + t(
                "{mean} ms a case, slowest {most} ms",
                mean=f"{e.milliseconds:.2f}",
                most=f"{e.slowest:.1f}",
            ),
            table((t("share"), "n", t("mean share"), t("right")), bins),
            t(
                "Classes named together: the label is among them in {right}, label or alternative "
                "in {accepted}; {size} classes on average, one alone in {alone}.",
                right=_with_interval(e.promised.right, e.total.cases),
                accepted=_with_interval(e.promised.right_or_alt, e.total.cases),
                size=f"{e.promised.size:.2f}",
                alone=f"{e.promised.alone:.0%}",
            ),
            t(
                "The proposed order of checks takes {ratio} times as long as the best order.",
                ratio=f"{e.repair_time:.3f}",
            ),
            table(("id", t("label"), t("said"), t("share"), "", t("case"), t("Why")), misses)
            if misses
            else t("No miss."),
        )
    )


def _simulate(context: Context) -> int:
    from app import bootstrap
    from app.knowledge.simulate import repaired, simulate

    options, t = context.options, context.t
    for name in ("wrong", "unsure"):
        if not 0 <= getattr(options, name) <= 1:
            raise InvalidInput.of(
                name, "number.out_of_range", value=getattr(options, name), least=0, most=1
            )
    found = simulate(
        bootstrap.reasoner(),
        max(1, options.sessions),
        wrong=options.wrong,
        unsure=options.unsure,
        seed=options.seed,
    )
    mended = repaired(
        bootstrap.reasoner(),
        max(1, options.sessions // 10),
        unsure=options.unsure,
        seed=options.seed,
    )
    context.emit(
        {**plain(found), "repaired": mended},
        lambda: t(
            "{sessions} sessions: right {right} (before any question {early}), "
            "{questions} questions on average, median {median}, {seconds} s; after a false start "
            "{repaired} end right",
            sessions=found.sessions,
            right=f"{found.right:.1%}",
            early=f"{found.right_without_questions:.1%}",
            questions=f"{found.questions:.2f}",
            median=f"{found.median:.0f}",
            repaired=f"{mended:.0%}",
            seconds=f"{found.seconds:.0f}",
        ),
    )
    return 0


def _learned(context: Context) -> int:
    options, t = context.options, context.t
    if options.action == "reset":
        return _forget(context)
    learned = context.services.diagnosis.learned()
    if options.action == "export":
        content = json.dumps(plain(_exported(learned)), ensure_ascii=False, indent=2)
        if options.output is None:
            print(content)
        else:
            _write(options.output, content + "\n")
        return 0
    rows = [
        (key, sum(counts.values()), ", ".join(f"{c} {n}" for c, n in counts.items()))
        for key, counts in {t("all"): learned.classes, **learned.evidence}.items()
    ]
    context.emit(_exported(learned), lambda: table((t("Evidence"), "n", t("Classes")), rows))
    return 0


def _exported(learned: LearnedCounts) -> dict[str, object]:
    return {"classes": learned.classes, "evidence": learned.evidence}


def _agreement(context: Context) -> int:
    found, t = context.services.diagnosis.agreement(), context.t
    rows = [
        (word(t, "fault_class", c), cases, agreed, f"{agreed / cases:.0%}")
        for c, (cases, agreed) in found.by_class.items()
    ]
    share = "-" if found.share is None else f"{found.share:.1%}"
    context.emit(
        {
            "cases": found.cases,
            "agreed": found.agreed,
            "share": found.share,
            "by_class": found.by_class,
        },
        lambda: "\n".join(
            (
                t(
                    "Provisional and confirmed class agree in {share} of {cases} incidents.",
                    share=share,
                    cases=found.cases,
                ),
                table((t("Class"), t("Incidents"), t("Agreed"), t("Share")), rows),
            )
        ),
    )
    return 0


def _forget(context: Context) -> int:
    t = context.t
    if not context.options.yes:
        raise InvalidInput.of("yes", "knowledge.forget_unconfirmed")
    services = context.services
    kept = json.dumps(plain(_exported(services.diagnosis.learned())), ensure_ascii=False)
    services.diagnosis.forget()
    context.emit(json.loads(kept), t("Forgotten. The incidents stay; learning begins anew."))
    return 0


_WHAT = {
    "check": _check,
    "evaluate": _evaluate,
    "simulate": _simulate,
    "learned": _learned,
    "agreement": _agreement,
    **knowledge_edits.WHAT,
}

VERB = Verb(_configure, _run)
