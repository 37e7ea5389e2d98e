"""A house's own catalogue entries: added, corrected, retired, undone, tried before; hard stops
stay; an upgrade keeps what still fits; and what was not understood is listed without persons."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from app import bootstrap
from app.domain.diagnosis.knowledge_edits import (
    KnowledgeEdit,
    KnowledgePart,
    OverlayEntry,
    in_effect,
    written,
)
from app.domain.errors import InvalidInput, NotFound
from app.domain.faults import FaultClass
from app.domain.incidents.drafts import IncidentDraft
from app.domain.text import NOTE_LIMIT
from app.knowledge.evaluate import read_cases
from app.services import Services
from app.services.diagnosis.not_understood import without_persons
from tests.factories import make_terminal
from tests.services.diagnosis.test_diagnosis import finish

CODE = {
    "zh": "平台维护中",
    "en": "Platform under maintenance",
    "act": "decline",
    "points": {"sy.maintenance": "certain"},
    "doubt": "firm",
    "confidence": "H",
    "source": "own",
}
SIGN = {
    "kind": "symptom",
    "zh": "底座指示灯闪蓝光",
    "en": "Base light flashes blue",
    "says": ["底座闪蓝光", "blue base light"],
    "points": {"nw.bluetooth": "certain"},
    "doubt": "firm",
    "source": "own",
}


def top(services: Services, code: str = "", text: str = "") -> FaultClass:
    """The first class of a report."""
    return services.diagnosis.begin("", code, text).top.fault_class


def test_a_code_is_added_corrected_retired_and_every_change_undone(any_services: Services) -> None:
    living = any_services.living_knowledge
    assert not any_services.diagnosis.begin("", "KQ").codes
    living.edit(KnowledgePart.CODE, "unionpay/KQ", CODE)
    assert top(any_services, "KQ") is FaultClass.SYSTEM
    corrected = {**CODE, "points": {"hw.print": "certain"}}
    second = living.edit(KnowledgePart.CODE, "unionpay/KQ", corrected)
    assert top(any_services, "KQ") is FaultClass.HARDWARE
    third = living.retire(KnowledgePart.CODE, "unionpay/KQ")
    assert not any_services.diagnosis.begin("", "KQ").codes
    living.undo(third)
    assert top(any_services, "KQ") is FaultClass.HARDWARE
    living.undo(second)
    assert top(any_services, "KQ") is FaultClass.SYSTEM
    assert [one.undone for one in living.log()].count(True) == 2
    assert all(one.made_at for one in living.log())
    with pytest.raises(NotFound):
        living.undo("01890000-0000-7000-8000-000000000000")


def test_a_sign_of_ones_own_counts_in_full_beside_the_learnt_words(any_services: Services) -> None:
    text = "底座闪蓝光"
    before = any_services.diagnosis.begin("", "", text).beliefs.modes["nw.bluetooth"]
    any_services.living_knowledge.edit(KnowledgePart.SIGN, "base_light", SIGN)
    after = any_services.diagnosis.begin("", "", text)
    assert after.top.fault_class is FaultClass.NETWORK
    assert after.beliefs.modes["nw.bluetooth"] > max(0.5, before)
    words = any_services.living_knowledge.reasoner().knowledge.words
    assert words is not None
    assert "base_light" not in words.signs


@pytest.mark.parametrize(
    ("part", "entry"),
    [
        (KnowledgePart.QUESTION, "other_card"),
        (KnowledgePart.CHECK, "restart"),
        (KnowledgePart.CONTACT, "acquirer"),
        (KnowledgePart.CODE, "unionpay/51"),
        (KnowledgePart.SIGN, "comm_fail"),
    ],
)
def test_every_part_is_listed_changed_and_given_back(
    services: Services, part: KnowledgePart, entry: str
) -> None:
    living = services.living_knowledge
    shipped = living.entry(part, entry)
    assert shipped.origin == "shipped"
    said = {"zh": "改写了的说法", "en": "Said in other words"}
    ask = part is KnowledgePart.CONTACT
    living.edit(part, entry, {**shipped.content, **({"ask": said} if ask else said)})
    changed = living.entry(part, entry)
    assert changed.origin == "changed"
    assert "改写了的说法" in json.dumps(changed.content, ensure_ascii=False)
    assert changed.edit is not None
    living.undo(changed.edit.id)
    assert living.entry(part, entry) == shipped


def test_every_shipped_entry_may_be_given_back_as_it_is_shown(services: Services) -> None:
    """What is shown to be changed is what the strict reader takes."""
    catalogue = bootstrap.catalogue()
    overlay = tuple(
        sorted(
            OverlayEntry(part, name, written(content))
            for part in KnowledgePart
            for name, content in catalogue.contents(part).items()
        )
    )
    found = catalogue.strict(overlay)
    assert all(len(one.content) <= NOTE_LIMIT for one in overlay)
    assert found.signs == catalogue.shipped.signs
    assert found.questions == catalogue.shipped.questions
    assert found.checks == catalogue.shipped.checks
    assert found.contacts == catalogue.shipped.contacts
    for code, meanings in catalogue.shipped.codes.items():
        assert sorted(found.codes[code], key=str) == sorted(meanings, key=str)


def _refused(services: Services, part: KnowledgePart, entry: str, content: Any) -> str:
    living = services.living_knowledge
    with pytest.raises(InvalidInput) as caught:
        living.retire(part, entry) if content is None else living.edit(part, entry, content)
    assert not living.log()
    return str(caught.value.problems[0].code)


def test_what_does_not_fit_is_refused_and_nothing_kept(services: Services) -> None:
    code = KnowledgePart.CODE
    fit = "knowledge.does_not_fit"
    assert _refused(services, code, "nowhere/KQ", CODE) == fit
    assert (
        _refused(services, code, "unionpay/KQ", {**CODE, "points": {"no.mode": "certain"}}) == fit
    )
    assert _refused(services, code, "unionpay/KQ", {**CODE, "unknown": 1}) == fit
    assert _refused(services, KnowledgePart.SIGN, "UPPER", SIGN) == fit
    assert _refused(services, KnowledgePart.SIGN, " ", SIGN) == "knowledge.unnamed"
    contact = KnowledgePart.CONTACT
    assert _refused(services, contact, "issuer", None) == "knowledge.contact_stays"


def test_nothing_that_calls_for_a_hard_stop_is_touched_or_made(services: Services) -> None:
    knowledge = bootstrap.catalogue().shipped
    stopping = [sign.id for sign in knowledge.signs.values() if sign.stop]
    assert len(stopping) >= 5
    for sign in stopping:
        assert _refused(services, KnowledgePart.SIGN, sign, None) == "knowledge.stop_stays"
        other = {**services.living_knowledge.entry(KnowledgePart.SIGN, sign).content}
        other["says"] = ["别的"]
        assert _refused(services, KnowledgePart.SIGN, sign, other) == "knowledge.stop_stays"
    made = {**SIGN, "stop": knowledge.signs[stopping[0]].stop}
    assert _refused(services, KnowledgePart.SIGN, "mine", made) == "knowledge.stop_stays"
    asking = [q.id for q in knowledge.questions.values() if q.stops]
    for question in asking:
        assert _refused(services, KnowledgePart.QUESTION, question, None) == "knowledge.stop_stays"


def test_after_an_upgrade_what_no_longer_fits_is_left_out_alone_and_named() -> None:
    catalogue = bootstrap.catalogue()
    gone = OverlayEntry(
        KnowledgePart.SIGN, "of_before", written({**SIGN, "points": {"no.mode": "certain"}})
    )
    fits = OverlayEntry(KnowledgePart.CODE, "unionpay/KQ", written(CODE))
    knowledge = catalogue.knowledge(tuple(sorted((gone, fits))))
    assert knowledge.meanings("KQ")
    assert "of_before" not in knowledge.signs
    assert [said.partition(":")[0] for said in knowledge.unfit] == ["sign.of_before"]
    assert knowledge.hash != catalogue.shipped.hash


def test_a_preview_says_what_would_change_and_changes_nothing(services: Services) -> None:
    terminal = make_terminal(services)
    finish(services, terminal, FaultClass.NETWORK, symptom="底座闪蓝光")
    finish(services, terminal, FaultClass.OPERATION, symptom="打印机缺纸")
    found = services.living_knowledge.preview(KnowledgePart.SIGN, "base_light", SIGN)
    assert (found.cases, found.confirmed) == (2, 2)
    assert found.right_after >= found.right_before
    assert [one.reported for one in found.changed] == ["底座闪蓝光"]
    assert found.changed[0].after[0] is FaultClass.NETWORK
    assert found.changed[0].confirmed is FaultClass.NETWORK
    assert not services.living_knowledge.log()


def test_the_latest_change_counts_in_whatever_order_they_arrive(services: Services) -> None:
    living = services.living_knowledge
    living.edit(KnowledgePart.SIGN, "base_light", SIGN)
    (first,) = living.log()
    later = replace(first, id="z", content={**SIGN, "zh": "后来"})
    undone: KnowledgeEdit = replace(first, id="zz", content=None, undone=True)
    for edits in ([first, later, undone], [undone, later, first], [later, undone, first]):
        (one,) = in_effect(edits)
        assert json.loads(one.content)["zh"] == "后来"


def test_what_was_not_understood_is_listed_without_persons_and_becomes_cases(
    services: Services, tmp_path: Any
) -> None:
    terminal = make_terminal(services)
    shop = services.terminals.get(terminal).merchant_name
    said = f"{shop}的王芳来电 13812345678 唢呐呜哩哇啦"
    draft = IncidentDraft(terminal_id=terminal, symptom=said, reporter_name="王芳")
    services.incidents.open(draft)
    services.incidents.open(IncidentDraft(terminal_id=terminal, displayed_code="KQ"))
    finish(services, terminal, FaultClass.SOFTWARE, symptom="唢呐呜哩哇啦")
    services.incidents.open(IncidentDraft(terminal_id=terminal, displayed_code="51"))
    found = services.living_knowledge.not_understood()
    listed = {one.code + one.text: one for one in found}
    assert "KQ" in listed
    assert listed["唢呐呜哩哇啦"].label is FaultClass.SOFTWARE
    assert not any("51" in one.code for one in found)
    whole = json.dumps([one.as_case(1) for one in found], ensure_ascii=False)
    for person in (shop, "王芳", "13812345678"):
        assert person not in whole
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(one.as_case(n) for n, one in enumerate(found)), encoding="utf-8")
    assert len(read_cases(file)) == len(found)
    # Taught, it is understood.
    taught = {**SIGN, "says": ["唢呐呜哩哇啦"]}
    services.living_knowledge.edit(KnowledgePart.SIGN, "suona", taught)
    assert "唢呐呜哩哇啦" not in {one.text for one in services.living_knowledge.not_understood()}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("找李雷 wang@example.com", "找… …"),
        ("电话010-6655 4433", "电话…"),
        ("返回94不能付款", "返回94不能付款"),
        ("TID 10200304", "TID …"),
    ],
)
def test_numbers_and_names_are_left_out_and_codes_stay(text: str, left: str) -> None:
    assert without_persons(text, ["李雷"]) == left
