"""Every kind of log entry is told in the reader's language: nothing raw, nothing foreign."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.domain.event_data import FieldChange, change_of
from app.domain.faults import ContactRole
from app.domain.incidents.incidents import Confirmation, Result
from app.domain.incidents.lifecycle import (
    Action,
    Detection,
    EditReason,
    Event,
    HoldReason,
    Impact,
    IncidentState,
    Priority,
    Urgency,
)
from app.domain.maintenance.visits import VisitAction, VisitEvent, VisitState
from app.domain.register.terminals import (
    INSPECTION_PASSED,
    Link,
    TerminalEvent,
    TerminalEventKind,
    TerminalState,
)
from app.i18n import Translator, translator
from app.languages import LocalizedText
from app.services.incidents.report_values import LOGGED_FIELDS
from app.services.register.fact_columns import (
    DEVICE_COLUMNS,
    MERCHANT_COLUMNS,
    POSITION_COLUMNS,
)
from app.texts import WORDS
from app.texts.events import EventWords, change_words, incident_event, terminal_event, visit_event

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
REGISTER_FIELDS = (
    *DEVICE_COLUMNS,
    *POSITION_COLUMNS,
    *MERCHANT_COLUMNS,
    "model",
    "notes",
    "mid",
    "acquirer",
    "area",
)
VALUES = {
    "installed_on": "2026-01-31",
    "warranty_until": "2027-01-31",
    "contract_until": "2027-01-31",
    "certificate_until": "2027-01-31",
    "sim_until": "2027-01-31",
    "hold_expected_on": "2026-12-01",
    "planned_on": "2026-12-01",
    "promised_at": AT.isoformat(),
    "down_from": AT.isoformat(),
    "link": Link.CELLULAR_4G,
    "impact": Impact.STOPPED,
    "urgency": Urgency.HIGH,
    "detection": Detection.MERCHANT_CALL,
    "priority": Priority.P1,
}
"""Values with words or a form of their own; of other fields a number stands for what is there."""

TERMINAL_EVENTS = (
    *(TerminalEvent(at=AT, by="1", kind=kind) for kind in TerminalEventKind),
    *(
        TerminalEvent(
            at=AT, by="1", kind=TerminalEventKind.STATE, change=FieldChange("state", old, new)
        )
        for old in TerminalState
        for new in TerminalState
    ),
    TerminalEvent(at=AT, by="1", kind=TerminalEventKind.STATE, reason=INSPECTION_PASSED),
    *(
        TerminalEvent(
            at=AT,
            by="1",
            kind=TerminalEventKind.EDITED_UPDATE,
            change=FieldChange(name, "", VALUES.get(name, "7")),
        )
        for name in REGISTER_FIELDS
    ),
    *(
        TerminalEvent(at=AT, by="1", kind="imported_update", change=FieldChange(name))
        for name in REGISTER_FIELDS
    ),
)
REASONS = (
    (Action.REPORT, Detection),
    (Action.HOLD, HoldReason),
    (Action.RESOLVE, Result),
    (Action.CLOSE, Confirmation),
    (Action.HANDOVER, ContactRole),
    (Action.EDIT, EditReason),
)
INCIDENT_EVENTS = (
    *(
        Event(seq=1, at=AT, by="1", device="A", action=action, from_state=None, to_state=state)
        for action in Action
        for state in (None, *IncidentState)
    ),
    *(
        Event(
            seq=1,
            at=AT,
            by="1",
            device="A",
            action=action,
            from_state=None,
            to_state=None,
            reason=reason,
        )
        for action, reasons in REASONS
        for reason in reasons
    ),
    *(
        Event(
            seq=1,
            at=AT,
            by="1",
            device="A",
            action=Action.EDIT,
            from_state=None,
            to_state=None,
            change=FieldChange(name, "", VALUES.get(name, "7")),
        )
        for name in (
            *LOGGED_FIELDS,
            "priority",
            "technician",
            "serial",
            "part",
            "duplicate_of",
            "hold_expected_on",
        )
    ),
    Event(
        seq=1,
        at=AT,
        by="1",
        device="A",
        action=Action.EDIT,
        from_state=None,
        to_state=None,
        said=LocalizedText("电池鼓包", "Battery swollen"),
    ),
)
VISIT_EVENTS = (
    *(VisitEvent(at=AT, by="1", action=action) for action in VisitAction),
    *(
        VisitEvent(at=AT, by="1", action=VisitAction.FINISH, change=FieldChange("state", old, new))
        for old in VisitState
        for new in VisitState
    ),
    *(
        VisitEvent(at=AT, by="1", action=VisitAction.CANCEL, reason=reason)
        for reason in WORDS["why"]
    ),
    VisitEvent(at=AT, by="1", action=VisitAction.ASSIGN, change=FieldChange("technician", "7", "")),
    VisitEvent(
        at=AT,
        by="1",
        action=VisitAction.SCHEDULE,
        change=FieldChange("planned_on", "", "2026-12-01"),
    ),
    VisitEvent(at=AT, by="1", action=VisitAction.ADD, change=FieldChange("incident", "", "7")),
    VisitEvent(
        at=AT,
        by="1",
        action=VisitAction.ADD,
        change=FieldChange("plan", "", "quarterly_care"),
        said=LocalizedText("季度保养", "Quarterly care"),
    ),
)


def told(t: Translator) -> list[EventWords]:
    """Every kind of entry in the words of `t`."""
    return [
        *(terminal_event(t, event) for event in TERMINAL_EVENTS),
        *(incident_event(t, event) for event in INCIDENT_EVENTS),
        *(visit_event(t, event) for event in VISIT_EVENTS),
    ]


NAMES_OF_THE_TRADE = re.compile(r"TID|MID|ICCID|IMEI|Wi-Fi|[245]G|h\b")
"""What is written in Latin letters in Chinese, too."""


def test_a_chinese_reader_sees_nothing_in_english_and_no_key() -> None:
    for words in told(translator("zh")):
        left = NAMES_OF_THE_TRADE.sub("", words.line)
        assert words.title
        assert not re.search(r"[A-Za-z_]", left), words.line


def test_an_english_reader_sees_nothing_in_chinese_and_no_key() -> None:
    for words in told(translator("en")):
        assert words.title
        assert not re.search(r"[\u3400-\u9fff：；、]", words.line), words.line
        assert not re.search(r"\w_\w|\w\.\w", words.line), words.line


def test_what_changed_is_told_from_what_to_what() -> None:
    t = translator("zh")
    state = TerminalEvent(
        at=AT,
        by="T01",
        kind="state",
        change=FieldChange("state", "in_repair", "in_service"),
        remark="换了主板",
    )
    assert terminal_event(t, state) == EventWords("状态变更", "维修中 → 在用 · 换了主板")
    firmware = replace(state, kind="edited_update", change=FieldChange("firmware", "1.0", "1.1"))
    assert terminal_event(t, firmware).detail == "固件版本：1.0 → 1.1 · 换了主板"
    emptied = replace(firmware, change=FieldChange("seal_no", "A7", ""), remark="")
    assert terminal_event(t, emptied).detail.endswith("：A7 → –")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_visit_without_anybody_says_so(language: str) -> None:
    t = translator(language)
    event = VisitEvent(
        at=AT, by="T01", action=VisitAction.ASSIGN, change=FieldChange("technician", "张工", "")
    )
    assert visit_event(t, event).detail.endswith(f"张工 → {t('Nobody yet')}")


def test_a_card_number_stored_long_ago_is_not_kept_by_correcting_it() -> None:
    change = change_of("notes", "卡号 6222021234567890128", "已删除")
    assert "6222021234567890128" not in change.old
    assert change_of("iccid", "89860012345678901234", "").old == "89860012345678901234"


def test_what_stayed_the_same_is_not_written_as_a_change() -> None:
    t = translator("zh")
    urgent = FieldChange("priority", "P1", "P1")
    assert "→" not in change_words(t, "incident_state", urgent)
    assert "→" in change_words(t, "incident_state", FieldChange("priority", "P2", "P1"))
