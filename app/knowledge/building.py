"""Builds domain values from validated entries and resolves every reference between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from app.domain.diagnosis.catalogue import (
    DOUBTS,
    EVERYTHING,
    LEVELS,
    SLIP,
    WEIGHTS,
    Act,
    Answer,
    Check,
    Circumstance,
    ClassNote,
    Code,
    ContactGuide,
    Denials,
    Doubt,
    Leaning,
    Profile,
    Question,
    QuestionKind,
    Sign,
    Source,
    Stop,
    Strength,
    Wording,
)
from app.domain.diagnosis.knowledge import Cause, FailureMode, Knowledge, Remedy
from app.domain.diagnosis.requests import BusinessRequest
from app.domain.errors import BadKnowledge
from app.domain.faults import FaultClass
from app.knowledge import schema
from app.languages import NO_TEXT

SHARES = {"often": 4.0, "sometimes": 2.0, "rare": 1.0}
"""Relative frequency of a mode in its class, of a cause in its mode."""

YES, NO = "yes", "no"


def build(
    whole: Mapping[str, Any], files: Mapping[tuple[str, str], str], content_hash: str
) -> Knowledge:
    """The catalogue.  Raises `BadKnowledge` for a reference to something that is not there."""
    return _Builder(whole, files).knowledge(content_hash)


class _Builder:
    """Holds what is already known while the rest is resolved against it."""

    def __init__(self, whole: Mapping[str, Any], files: Mapping[tuple[str, str], str]) -> None:
        self._whole = whole
        self._files = files
        self._modes: dict[str, FailureMode] = {}

    def knowledge(self, content_hash: str) -> Knowledge:
        """Everything, the tree first."""
        self._modes = self._tree()
        missing = [c for c in FaultClass if c not in self._whole["classes"]]
        if missing:
            raise BadKnowledge("classes.toml", f"class.{missing[0]}", "missing")
        return Knowledge(
            hash=content_hash,
            modes=self._modes,
            causes={key: self._cause(key, e) for key, e in self._whole["cause"].items()},
            remedies={
                key: Remedy(key, e.localized, self._source("remedy", key, e))
                for key, e in self._whole["remedy"].items()
            },
            classes={key: self._class(key, e) for key, e in self._whole["classes"].items()},
            profiles={key: self._profile(key, e) for key, e in self._whole["profile"].items()},
            codes=self._codes(),
            stops={key: self._stop(key, e) for key, e in self._whole["stop"].items()},
            requests={key: self._request(key, e) for key, e in self._whole["request"].items()},
            signs={key: self._sign(key, e) for key, e in self._whole["sign"].items()},
            questions={key: self._question(key, e) for key, e in self._whole["question"].items()},
            checks={key: self._check(key, e) for key, e in self._whole["check"].items()},
            contacts={
                key: ContactGuide(
                    key, tuple(e.ready), e.ask.localized, self._source("contact", key, e)
                )
                for key, e in self._whole["contact"].items()
            },
            circumstances={
                key: self._circumstance(key, e) for key, e in self._whole["circumstance"].items()
            },
            phrases={key: e.localized for key, e in self._whole["phrase"].items()},
            wording=_wording(self._whole["wording"]),
            sources={
                key: Source(key, e.kind, e.localized) for key, e in self._whole["source"].items()
            },
        )

    # --- references ----------------------------------------------------------------------------

    def _fail(self, section: str, key: str, problem: str) -> BadKnowledge:
        return BadKnowledge(self._files.get((section, key), "?"), f"{section}.{key}", problem)

    def _known(self, section: str, key: str, kind: str, wanted: str) -> str:
        if wanted not in self._whole[kind]:
            raise self._fail(section, key, f"no {kind} {wanted}")
        return wanted

    def _source(self, section: str, key: str, entry: Any) -> str:
        return self._known(section, key, "source", entry.source)

    def _settled(self, section: str, key: str, entry: Any) -> tuple[str, str] | None:
        if entry.answers is None:
            return None
        self._known(section, key, "question", entry.answers.question)
        question = self._whole["question"][entry.answers.question]
        known = {YES, NO} if question.kind is QuestionKind.YES_NO else set(question.answers)
        if entry.answers.answer not in known:
            raise self._fail(section, key, f"no answer {entry.answers.answer}")
        return entry.answers.question, entry.answers.answer

    # --- the tree ------------------------------------------------------------------------------

    def _tree(self) -> dict[str, FailureMode]:
        modes: dict[str, FailureMode] = {}
        for key, entry in self._whole["mode"].items():
            modes[key] = FailureMode(
                id=key,
                fault_class=entry.fault_class,
                text=entry.localized,
                causes=tuple(self._known("mode", key, "cause", cause) for cause in entry.causes),
                share=SHARES[entry.share],
                say=entry.say.localized if entry.say else None,
                contact=entry.contact,
                proof=tuple(entry.proof),
                source=self._source("mode", key, entry),
            )
        return modes

    def _cause(self, key: str, entry: schema.CauseEntry) -> Cause:
        return Cause(
            id=key,
            text=entry.localized,
            remedies=tuple(self._known("cause", key, "remedy", r) for r in entry.remedies),
            item_failure=entry.item,
            stop=self._known("cause", key, "stop", entry.stop) if entry.stop else "",
            share=SHARES[entry.share],
            source=self._source("cause", key, entry),
        )

    def _class(self, key: FaultClass, entry: schema.ClassEntry) -> ClassNote:
        return ClassNote(
            fault_class=key,
            share=entry.share,
            meaning=entry.meaning.localized,
            say=entry.say.localized,
            contact=entry.contact,
            visit=entry.visit,
            source=self._source("classes", key, entry),
        )

    # --- evidence ------------------------------------------------------------------------------

    def _leaning(
        self,
        section: str,
        key: str,
        points: Mapping[str, Strength],
        against: Mapping[str, Strength],
        doubt: Doubt,
    ) -> Leaning:
        weights: dict[str, float] = defaultdict(float)
        for target, strength in points.items():
            for mode, share in self._spread(section, key, target).items():
                weights[mode] += WEIGHTS[strength] * share
        factors: dict[str, float] = {}
        for target, strength in against.items():
            for mode in self._spread(section, key, target):
                if mode in weights:
                    raise self._fail(section, key, f"points at {mode} and speaks against it")
                factors[mode] = 1 / (1 + WEIGHTS[strength])
        total = sum(weights.values())
        return Leaning(
            {mode: weight / total for mode, weight in weights.items()},
            DOUBTS[doubt] if weights else 1.0,
            factors,
        )

    def _spread(self, section: str, key: str, target: str) -> dict[str, float]:
        """A mode itself, or all modes of a class by their shares."""
        if target in self._modes:
            return {target: 1.0}
        within = {m.id: m.share for m in self._modes.values() if m.fault_class == target}
        if not within:
            raise self._fail(section, key, f"no mode or class {target}")
        total = sum(within.values())
        return {mode: share / total for mode, share in within.items()}

    def _profile(self, key: str, entry: schema.ProfileEntry) -> Profile:
        return Profile(
            id=key,
            text=entry.localized,
            acquirers=tuple(entry.acquirers),
            models=tuple(entry.models),
            called=tuple(entry.called),
            general=entry.general,
            source=self._source("profile", key, entry),
        )

    def _codes(self) -> dict[str, tuple[Code, ...]]:
        found: dict[str, list[Code]] = defaultdict(list)
        for entry in self._whole["code"]:
            key = f"{entry.profile}/{entry.code}"
            found[entry.code].append(
                Code(
                    profile=self._known("code", key, "profile", entry.profile),
                    code=entry.code,
                    text=entry.localized,
                    act=entry.act,
                    handling=entry.handling,
                    leaning=self._leaning("code", key, entry.points, {}, entry.doubt),
                    contacts=tuple(entry.contacts),
                    confidence=entry.confidence,
                    unknown_result=entry.unknown_result,
                    note=entry.note.localized if entry.note else NO_TEXT,
                    source=self._source("code", key, entry),
                )
            )
        return {code: tuple(meanings) for code, meanings in found.items()}

    def _stop(self, key: str, entry: schema.StopEntry) -> Stop:
        return Stop(
            id=key,
            kind=entry.kind,
            text=entry.localized,
            do=entry.do.localized,
            say=entry.say.localized,
            log=entry.log.localized,
            tell=entry.tell.localized,
            contacts=tuple(entry.contacts),
            confirm=self._known("stop", key, "question", entry.confirm),
            rules_out=frozenset(entry.rules_out),
            source=self._source("stop", key, entry),
        )

    def _request(self, key: str, entry: schema.RequestEntry) -> BusinessRequest:
        return BusinessRequest(
            id=key,
            text=entry.localized,
            say=entry.say.localized,
            steps=tuple(step.localized for step in entry.steps),
            contacts=tuple(entry.contacts),
            change=entry.change,
            mode=self._known("request", key, "mode", entry.mode),
            source=self._source("request", key, entry),
        )

    def _sign(self, key: str, entry: schema.SignEntry) -> Sign:
        return Sign(
            id=key,
            kind=entry.kind,
            text=entry.localized,
            says=tuple(entry.says),
            asks=tuple(entry.asks),
            leaning=self._leaning("sign", key, entry.points, entry.against, entry.doubt),
            answers=self._settled("sign", key, entry),
            stop=self._known("sign", key, "stop", entry.stop) if entry.stop else "",
            request=self._known("sign", key, "request", entry.request) if entry.request else "",
            thing=entry.thing,
            unknown_result=entry.unknown_result,
            source=self._source("sign", key, entry),
        )

    def _circumstance(self, key: str, entry: schema.CircumstanceEntry) -> Circumstance:
        return Circumstance(
            id=key,
            text=entry.localized,
            leaning=self._leaning("circumstance", key, entry.points, entry.against, entry.doubt),
            answers=self._settled("circumstance", key, entry),
            source=self._source("circumstance", key, entry),
            rules_out={
                act: frozenset(self._known("circumstance", key, "mode", mode) for mode in modes)
                for act, modes in entry.rules_out.items()
            },
            unlike=tuple(entry.unlike),
        )

    # --- questions and checks ------------------------------------------------------------------

    def _question(self, key: str, entry: schema.QuestionEntry) -> Question:
        if entry.kind is QuestionKind.YES_NO:
            yes = self._chances(key, entry.usual, entry.yes)
            phrases = self._whole["phrase"]
            answers = tuple(Answer(name, phrases[f"answer.{name}"].localized) for name in (YES, NO))
            chances = {YES: yes, NO: {mode: 1 - chance for mode, chance in yes.items()}}
        else:
            answers = tuple(Answer(name, e.localized) for name, e in entry.answers.items())
            raw = {n: self._chances(key, e.usual, e.when) for n, e in entry.answers.items()}
            sums = {mode: sum(raw[name][mode] for name in raw) for mode in self._modes}
            chances = {n: {m: c / sums[m] for m, c in of.items()} for n, of in raw.items()}
        if len(answers) < 2:
            raise self._fail("question", key, "needs at least two answers")
        if entry.kind is QuestionKind.NUMBER and len(entry.bounds) != len(answers) - 1:
            raise self._fail("question", key, "needs one bound fewer than answers")
        for name in entry.stops.keys() - chances.keys():
            raise self._fail("question", key, f"no answer {name}")
        return Question(
            id=key,
            kind=entry.kind,
            text=entry.localized,
            why=entry.why.localized,
            answers=answers,
            chances=chances,
            seconds=entry.seconds,
            about=frozenset(entry.about),
            bounds=tuple(entry.bounds),
            stops={
                name: self._known("question", key, "stop", stop)
                for name, stop in entry.stops.items()
            },
            does=_acts(entry.does),
            general=entry.general,
            heard=_heard(chances),
            source=self._source("question", key, entry),
        )

    def _chances(self, key: str, usual: Any, when: Mapping[str, Any]) -> dict[str, float]:
        chances = dict.fromkeys(self._modes, LEVELS[usual])
        # Classes first, so that a mode may differ from the rest of its class.
        for target in sorted(when, key=lambda name: name in self._modes):
            for mode in self._spread("question", key, target):
                chances[mode] = LEVELS[when[target]]
        return chances

    def _check(self, key: str, entry: schema.CheckEntry) -> Check:
        return Check(
            id=key,
            text=entry.localized,
            minutes=entry.minutes,
            tools=tuple(tool.localized for tool in entry.tools),
            fixes={
                self._known("check", key, "cause", cause): LEVELS[level]
                for cause, level in entry.fixes.items()
            },
            after=tuple(self._known("check", key, "check", other) for other in entry.after),
            allowed_after_stop=entry.allowed_after_stop,
            only_after=tuple(self._known("check", key, "stop", stop) for stop in entry.only_after),
            does=_acts(entry.does),
            source=self._source("check", key, entry),
            instruction=entry.instruction,
        )


def _acts(named: list[Act] | None) -> frozenset[Act]:
    """What it makes somebody do; everything while nobody said, so that a stop rules it out."""
    return EVERYTHING if named is None else frozenset(named)


def _heard(chances: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """Chances that leave a share for an answer that is wrong."""
    others = len(chances) - 1
    return {
        name: {mode: (1 - SLIP) * p + SLIP * (1 - p) / others for mode, p in of.items()}
        for name, of in chances.items()
    }


def _wording(parts: list[schema.WordingEntry]) -> Wording:
    groups: dict[str, tuple[str, ...]] = {}
    same: dict[str, str] = {}
    denials: dict[str, list[str]] = defaultdict(list)
    fillers: list[str] = []
    nouns: list[str] = []
    letters = ""
    for part in parts:
        groups.update({name: tuple(words) for name, words in part.groups.items()})
        same.update(part.same)
        for name, words in part.denials.items():
            denials[name].extend(words)
        fillers.extend(part.fillers)
        nouns.extend(part.nouns)
        letters += "".join(part.traditional.split())
    return Wording(
        groups=groups,
        denials=Denials(**{name: tuple(words) for name, words in denials.items()}),
        words=tuple(word for part in parts for word in part.words),
        fillers=tuple(fillers),
        nouns=tuple(nouns),
        same=same,
        code_before=tuple(word for part in parts for word in part.code_before),
        code_after=tuple(word for part in parts for word in part.code_after),
        additions=tuple(word for part in parts for word in part.additions),
        units=tuple(word for part in parts for word in part.units),
        traditional={ord(old): new for old, new in zip(letters[::2], letters[1::2], strict=True)},
    )
