"""Lint of the fault catalogue: holes, contradictions, dangling ids, unreachable modes, missing
texts.  The loader stops at the first error; this lists every error and every weakness.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from app.domain.diagnosis.catalogue import (
    DOUBTS,
    EVERYTHING,
    Act,
    Check,
    Doubt,
    Question,
    QuestionKind,
    SignKind,
)
from app.domain.diagnosis.evidence import Reasoner
from app.domain.diagnosis.interview import Interview, begin
from app.domain.diagnosis.knowledge import Knowledge
from app.domain.errors import BadKnowledge
from app.domain.faults import ContactRole, FaultClass
from app.domain.incidents.incidents import is_request
from app.domain.incidents.proof import PROOFS
from app.knowledge.loader import files, load_knowledge, parse, problems_of, read_bytes
from app.knowledge.schema import KnowledgeFile
from app.languages import LocalizedText
from app.toml_text import parse as parse_toml

LEAST_SPREAD = 0.25
"""How far apart the classes must lie in at least one answer for a question to be worth asking."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong or missing.  `kind` is error (refused at load) or warning."""

    kind: str
    where: str
    problem: str


def check_folder(folder: Path) -> list[Flaw]:
    """Everything wrong with the catalogue in `folder`; empty when it is sound."""
    broken = list(_broken_files(folder))
    if broken:
        return broken
    try:
        knowledge = load_knowledge(folder)
    except BadKnowledge as error:
        return [_flaw(error)]
    return list(check_knowledge(knowledge))


def _flaw(error: BadKnowledge) -> Flaw:
    where = f"{error.params['file']} {error.params['entry']}"
    return Flaw("error", where, str(error.params["problem"]))


def _broken_files(folder: Path) -> Iterator[Flaw]:
    """Every problem of every file, not the first alone."""
    try:
        paths = files(folder)
    except BadKnowledge as error:
        yield _flaw(error)
        return
    for path in paths:
        try:
            parse(path.name, content := read_bytes(path))
        except BadKnowledge as error:
            cause = error.__cause__
            if isinstance(cause, ValidationError):
                raw: dict[str, Any] = parse_toml(content.decode("utf-8"))
                yield from map(_flaw, problems_of(path.name, raw, cause))
            else:
                yield _flaw(error)


def check_knowledge(knowledge: Knowledge) -> Iterator[Flaw]:
    """What is poor in a catalogue that loads."""
    for check in (
        _empty_sections,
        _missing_texts,
        _unreachable_modes,
        _unused,
        _unmended_causes,
        _codes,
        _phrases_twice,
        _dangling_groups,
        _weak_questions,
        _circles,
        _contacts,
        _acts_unsaid,
        _forbidden,
        _own_words,
    ):
        yield from check(knowledge)


def _warn(where: str, problem: str) -> Flaw:
    return Flaw("warning", where, problem)


def _empty_sections(knowledge: Knowledge) -> Iterator[Flaw]:
    for name in KnowledgeFile.model_fields:
        wanted = {
            "classes": knowledge.classes,
            "sign": knowledge.signs,
            "code": knowledge.codes,
            "question": knowledge.questions,
            "check": knowledge.checks,
            "contact": knowledge.contacts,
        }.get(name)
        if wanted is not None and not wanted:
            yield _warn(name, "nothing there")


def _texts(knowledge: Knowledge) -> Iterator[tuple[str, LocalizedText]]:
    sections: dict[str, Iterable[Any]] = {
        "mode": knowledge.modes.values(),
        "cause": knowledge.causes.values(),
        "remedy": knowledge.remedies.values(),
        "sign": knowledge.signs.values(),
        "question": knowledge.questions.values(),
        "check": knowledge.checks.values(),
        "circumstance": knowledge.circumstances.values(),
    }
    for section, entries in sections.items():
        for entry in entries:
            yield f"{section}.{entry.id}", entry.text


def _missing_texts(knowledge: Knowledge) -> Iterator[Flaw]:
    for where, text in _texts(knowledge):
        if not any("\u4e00" <= char <= "\u9fff" for char in text.zh):
            yield _warn(where, "the Chinese text holds no Chinese")
        if any("\u4e00" <= char <= "\u9fff" for char in text.en):
            yield _warn(where, "the English text holds Chinese")


def _unreachable_modes(knowledge: Knowledge) -> Iterator[Flaw]:
    pointed = {m for sign in knowledge.signs.values() for m in sign.leaning.points}
    pointed |= {m for ms in knowledge.codes.values() for code in ms for m in code.leaning.points}
    for mode in knowledge.modes:
        if mode not in pointed and not is_request(mode):
            yield _warn(f"mode.{mode}", "no sign and no code points at it")
    asked = {request.mode for request in knowledge.requests.values()}
    for mode in sorted(asked ^ {mode for mode in knowledge.modes if is_request(mode)}):
        yield _warn(f"mode.{mode}", "modes of requests, and no others, begin with rq.")
    for mode, entry in knowledge.modes.items():
        for line in set(entry.proof) - set(PROOFS[entry.fault_class].lines):
            yield _warn(f"mode.{mode}", f"its class is not proven by {line}")
    for fault_class in FaultClass:
        if not knowledge.modes_of(fault_class):
            yield _warn(f"class.{fault_class}", "has no failure mode")


def _unused(knowledge: Knowledge) -> Iterator[Flaw]:
    causes = {cause for mode in knowledge.modes.values() for cause in mode.causes}
    remedies = {remedy for cause in knowledge.causes.values() for remedy in cause.remedies}
    for cause in knowledge.causes.keys() - causes:
        yield _warn(f"cause.{cause}", "no mode names it")
    behind = {cause.stop for cause in knowledge.causes.values()}
    for stop in knowledge.stops.keys() - behind:
        yield _warn(f"stop.{stop}", "no cause is behind it")
    for remedy in knowledge.remedies.keys() - remedies:
        yield _warn(f"remedy.{remedy}", "no cause names it")
    sections: tuple[Mapping[Any, Any], ...] = (
        knowledge.modes,
        knowledge.causes,
        knowledge.remedies,
        knowledge.signs,
        knowledge.questions,
        knowledge.checks,
        knowledge.classes,
        knowledge.contacts,
        knowledge.circumstances,
        knowledge.profiles,
    )
    used = {entry.source for section in sections for entry in section.values()}
    used |= {code.source for meanings in knowledge.codes.values() for code in meanings}
    for source in knowledge.sources.keys() - used:
        yield _warn(f"source.{source}", "nothing comes from it")


def _unmended_causes(knowledge: Knowledge) -> Iterator[Flaw]:
    mended = {cause for check in knowledge.checks.values() for cause in check.fixes}
    for mode in filter(is_request, knowledge.modes):
        mended.update(knowledge.modes[mode].causes)
    for cause in knowledge.causes.keys() - mended:
        yield _warn(f"cause.{cause}", "no check mends it")


def _codes(knowledge: Knowledge) -> Iterator[Flaw]:
    for number in range(100):
        code = f"{number:02d}"
        general = [
            m for m in knowledge.codes.get(code, ()) if knowledge.profiles[m.profile].general
        ]
        if not general and code not in _NEVER_DEFINED:
            yield _warn(f"code.{code}", "the general table does not define it")
    for code, meanings in knowledge.codes.items():
        for meaning in meanings:
            silent = meaning.leaning.silent
            if silent and meaning.act not in ("approve",):
                yield _warn(f"code.{meaning.profile}/{code}", "points at nothing")
            if not silent and meaning.act == "approve" and meaning.code not in _PARTLY:
                yield _warn(f"code.{meaning.profile}/{code}", "approves and points at a fault")


_NEVER_DEFINED = frozenset({"18", "24", "26", "27", "28", "29", "32"})
"""Numbers no published table defines."""
_PARTLY = frozenset({"08", "10"})
"""Approvals that still leave something to do."""


def _phrases_twice(knowledge: Knowledge) -> Iterator[Flaw]:
    holders: dict[str, list[str]] = defaultdict(list)
    for sign in knowledge.signs.values():
        for way in set(sign.says):
            holders[way].append(sign.id)
    for way, signs in holders.items():
        told = [knowledge.signs[s] for s in signs if not s.startswith("topic_")]
        if len({_class_of(knowledge, sign.id) for sign in told}) > 1:
            names = ", ".join(sign.id for sign in told)
            yield _warn(f"sign {names}", f"“{way}” says different things")


def _dangling_groups(knowledge: Knowledge) -> Iterator[Flaw]:
    """A way of saying that names a group of words there is not would never be met; one that only
    asks needs a stop that says which question."""
    for sign in knowledge.signs.values():
        if sign.asks and not sign.stop:
            yield _warn(f"sign.{sign.id}", "asks, and no hard stop settles it")
        for way in (*sign.says, *sign.asks):
            for named in re.findall(r"<([^>]*)>", way):
                for group in set(named.split("|")) - knowledge.wording.groups.keys():
                    yield _warn(f"sign.{sign.id}", f"“{way}” names no group {group}")


def _class_of(knowledge: Knowledge, sign: str) -> str:
    points = knowledge.signs[sign].leaning.points
    if not points:
        return ""
    return str(knowledge.modes[max(points, key=lambda mode: points[mode])].fault_class)


def _weak_questions(knowledge: Knowledge) -> Iterator[Flaw]:
    for question in knowledge.questions.values():
        spread = max(max(of.values()) - min(of.values()) for of in question.chances.values())
        if spread < LEAST_SPREAD:
            yield _warn(f"question.{question.id}", "no answer tells anything apart")
        if question.kind is QuestionKind.YES_NO and len(question.answers) != 2:
            yield _warn(f"question.{question.id}", "yes or no has two answers")


def _circles(knowledge: Knowledge) -> Iterator[Flaw]:
    for check in knowledge.checks.values():
        seen, waiting = set(), list(check.after)
        while waiting:
            name = waiting.pop()
            if name == check.id:
                yield _warn(f"check.{check.id}", "comes after itself")
                break
            if name not in seen:
                seen.add(name)
                waiting.extend(knowledge.checks[name].after)


def _contacts(knowledge: Knowledge) -> Iterator[Flaw]:
    for role in ContactRole:
        guide = knowledge.contacts.get(role)
        if guide is None:
            yield _warn(f"contact.{role}", "nobody says what to have ready")
            continue
        for name in guide.ready:
            if f"ready.{name}" not in knowledge.phrases:
                yield _warn(f"contact.{role}", f"no phrase ready.{name}")


_TELLS: Mapping[Act, str] = {
    Act.CHARGE: r"充电器|充电 \d|charge \d|charger",
    Act.POWER: r"开机|(?<!不要)重启(?!路由)|签到|自检|下载|(?<!not )restart(?! the router)|sign in",
    Act.CARD: r"刷卡|插卡|挥卡|再插|消费|present the card|insert the card|one payment|\bPIN once",
    Act.OPEN: r"拆机|打开外壳|换电池|open the cas|another battery",
    Act.RESET: r"(?<!不要)重启(?!路由)|复位|恢复出厂|(?<!not )restart(?! the router)|\breset",
    Act.SIM: r"SIM|ICCID|APN|流量卡|物联卡|移动数据|mobile data",
    Act.PACK: r"装袋|打包|寄|bag it|pack|\bpost it",
    Act.SIGNAL: r"信号图标|信号有几格|signal bars|the signal,",
    Act.WIFI: r"Wi-Fi 名称|Wi-Fi name",
    Act.LINE: r"网线|拨号音|phone cable|dial tone",
    Act.BLUETOOTH: r"蓝牙|Bluetooth",
    Act.PRINTER: r"热敏|打印头|thermal|print head",
}
"""Words of a text that make somebody do something."""


def _acts_unsaid(knowledge: Knowledge) -> Iterator[Flaw]:
    """A check or question that makes somebody do what its `does` does not say would slip past a
    stop that rules it out; so would one that says nothing, were it not ruled out always."""
    steps: dict[str, Check | Question] = {
        **{f"check.{check.id}": check for check in knowledge.checks.values()},
        **{f"question.{asked.id}": asked for asked in knowledge.questions.values()},
    }
    for where, step in steps.items():
        if step.does == EVERYTHING:
            yield _warn(where, "does not say what it makes somebody do")
            continue
        if isinstance(step, Question) and not step.does:
            continue  # asks what somebody knows already
        for act, words in _TELLS.items():
            if act not in step.does and re.search(words, f"{step.text.zh} {step.text.en}"):
                yield _warn(where, f"its text makes somebody {act}, its does does not say so")


def _forbidden(knowledge: Knowledge) -> Iterator[Flaw]:
    """No check and no question may be proposed that a sign rules out, whatever else is known:
    each sign of a stop is tried said and asked about, alone and with a sign of each class."""
    reasoner = Reasoner(knowledge)
    others = [""]
    for fault_class in FaultClass:
        told = (
            s
            for s in knowledge.signs.values()
            if not s.stop and _class_of(knowledge, s.id) == fault_class
        )
        sign = min(told, key=lambda s: s.leaning.doubt, default=None)
        if sign is not None:
            others.append(next((w for w in sign.says if not set("<+^") & set(w)), sign.text.zh))
    for sign in knowledge.signs.values():
        if not sign.stop:
            continue
        ruled_out = knowledge.stops[sign.stop].rules_out
        way = next((w for w in sign.says if not set("<+^") & set(w)), sign.text.zh)
        for said in (f"{way}。{other}" for other in others):
            session = begin(reasoner, "", said)
            if sign.stop not in {stop.id for stop in session.stops}:
                yield _warn(f"sign.{sign.id}", f"“{said}” is no stop")
            yield from _proposed(session, ruled_out, f"sign.{sign.id}")
        yield from _proposed(begin(reasoner, "", f"是不是{way}"), ruled_out, f"sign.{sign.id}")
        for way in (w.removeprefix("^") for w in sign.asks if not set("<+") & set(w)):
            session = begin(reasoner, "", way)
            if sign.stop not in {stop.id for stop in (*session.stops, *session.unsettled)}:
                yield _warn(f"sign.{sign.id}", f"“{way}” raises no question")
            yield from _proposed(session, ruled_out, f"sign.{sign.id}")


def _proposed(session: Interview, ruled_out: frozenset[Act], where: str) -> Iterator[Flaw]:
    """What this session proposes although it is ruled out, now or after any "don't know"."""
    for item in session.checks:
        if item.check.does & ruled_out:
            yield _warn(where, f"check {item.check.id} is proposed although it is ruled out")
    while (following := session.further) is not None:
        question = following.question
        if question.does & ruled_out:
            yield _warn(where, f"question {question.id} is asked although it is ruled out")
        session = session.answer(question.id)


def _own_words(knowledge: Knowledge) -> Iterator[Flaw]:
    """A sign's own name, typed as a report, should lead to the class it points at."""
    reasoner = Reasoner(knowledge)
    for sign in knowledge.signs.values():
        vague = sign.leaning.doubt >= DOUBTS[Doubt.LOOSE]
        if sign.kind is SignKind.CIRCUMSTANCE or vague:
            continue
        wanted = _class_of(knowledge, sign.id)
        way = next((w for w in sign.says if "<" not in w and "+" not in w), "")
        if not wanted or not way:
            continue
        said = begin(reasoner, "", way).ranking
        if wanted not in {str(r.fault_class) for r in said[:2]}:
            yield _warn(f"sign.{sign.id}", f"“{way}” leads to {said[0].fault_class}")
