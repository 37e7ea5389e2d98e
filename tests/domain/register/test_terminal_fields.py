"""Facts and states of a terminal are declared once and completely."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from app.domain.errors import BadValue, InvalidInput
from app.domain.register.terminal_field import FieldGroup
from app.domain.register.terminal_fields import TERMINAL_FIELDS, TerminalDraft
from app.domain.register.terminal_kinds import parse_ports
from app.domain.register.terminal_states import STATES, TerminalState
from app.domain.register.terminals import check_terminal, days_ahead
from app.i18n import translator
from app.services.register.fact_columns import fact_columns
from app.services.register.importing import guess_mapping
from app.texts.terminal_facts import fact_text


def test_what_is_typed_and_what_is_known_have_the_same_facts_in_the_same_order() -> None:
    typed = [item.name for item in dataclasses.fields(TerminalDraft)]
    assert typed == [item.name for item in TERMINAL_FIELDS]
    assert [column.name for column in fact_columns()] == typed, "each has its column"
    assert {item.group for item in TERMINAL_FIELDS} == set(FieldGroup)


def test_no_column_name_means_two_facts_and_every_label_is_one() -> None:
    for item in TERMINAL_FIELDS:
        labels = [translator(language)(item.label) for language in ("zh", "en")]
        for title in (*item.aliases, *labels):
            assert list(guess_mapping([title])) == [item.name], title


def test_every_state_has_its_row_and_leads_only_to_states_there_are() -> None:
    assert tuple(STATES) == tuple(TerminalState)
    for state, rule in STATES.items():
        assert all((rule.word, rule.icon, rule.tone)), state
        assert state not in rule.next
        assert rule.kept_up or rule.next == (), "what is gone for good comes not back"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("", ""),
        ("串口", "serial 1"),
        ("USB×2，串口", "serial 1, usb 2"),
        ("RS-232*1 / 网口 1个；2个USB", "serial 1, usb 2, lan 1"),
        ("1 phone line, 3 x usb port", "usb 3, phone_line 1"),
    ],
)
def test_connections_are_kept_by_number_and_type(written: str, kept: str) -> None:
    assert parse_ports(written) == kept
    ports = next(item for item in TERMINAL_FIELDS if item.name == "ports")
    for language in ("zh", "en"):
        assert parse_ports(fact_text(translator(language), ports, kept)) == kept


@pytest.mark.parametrize("written", ["烟感", "usb 0", "99 usb", "2"])
def test_a_connection_nobody_knows_is_refused(written: str) -> None:
    with pytest.raises(BadValue):
        parse_ports(written)


def test_a_day_that_has_not_come_cannot_have_been_seen() -> None:
    draft = TerminalDraft(
        serial="SN000001",
        manufacturer="M",
        model="N",
        counted_on="2026-11-24",
        last_seen_on="2026-11-23",
    )
    record = check_terminal(draft)
    assert [p.field for p in days_ahead(record, date(2026, 11, 23))] == ["counted_on"]


def test_a_refused_connection_names_its_field() -> None:
    with pytest.raises(InvalidInput) as refused:
        check_terminal(TerminalDraft(serial="SN000001", manufacturer="M", model="N", ports="烟感"))
    assert [p.field for p in refused.value.problems] == ["ports"]
