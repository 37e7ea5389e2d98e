"""Models and acquirers: counted over their devices, edited without overwriting each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.domain.errors import Conflict, InvalidInput, NotFound
from app.domain.register.equipment import ModelDraft
from app.domain.register.terminals import TerminalKind, TerminalState
from app.services import Services
from tests.factories import make_terminal

DRAFT = ModelDraft(
    manufacturer="新大陆",
    name="N910",
    kind=TerminalKind.SMART,
    code_profile="ums",
    required_firmware="3.2.1",
    pts_version="PCI PTS 5.x",
    pts_expires_on=date(2030, 4, 30),
    battery_life_months=36,
)


def test_a_model_counts_its_devices_and_those_with_older_firmware(any_services: Services) -> None:
    for firmware in ("3.2.1", "3.2.0", "2.8.4", "", "3.10"):
        make_terminal(any_services, firmware=firmware)
    gone = make_terminal(any_services, firmware="1.0")
    any_services.terminals.change_state(gone, TerminalState.RETIRED, "报废")
    (model,) = any_services.models.listed()
    any_services.models.save(DRAFT, model.id, model.version)
    (model,) = any_services.models.listed()
    assert (model.terminals, model.outdated) == (5, 2)
    assert (model.required_firmware, model.pts_expires_on, model.battery_life_months) == (
        "3.2.1",
        date(2030, 4, 30),
        36,
    )


def test_a_new_model_is_listed_before_it_has_a_device(any_services: Services) -> None:
    any_services.models.save(replace(DRAFT, battery_life_months=0))
    (model,) = any_services.models.listed()
    assert (model.manufacturer, model.name, model.terminals) == ("新大陆", "N910", 0)
    assert model.battery_life_months is None
    with pytest.raises(InvalidInput) as refused:
        any_services.models.save(DRAFT)
    assert [p.field for p in refused.value.problems] == ["name"]


def test_a_stale_model_editor_is_told(any_services: Services) -> None:
    key = any_services.models.save(DRAFT)
    any_services.models.save(replace(DRAFT, required_firmware="4.0"), key, 1)
    with pytest.raises(Conflict):
        any_services.models.save(replace(DRAFT, required_firmware="5.0"), key, 1)
    assert any_services.models.listed()[0].required_firmware == "4.0"


def test_codes_are_read_from_the_table_of_the_model_else_of_the_acquirer(
    any_services: Services,
) -> None:
    terminal = make_terminal(any_services)
    models, terminals = any_services.models, any_services.terminals
    (acquirer,) = models.acquirers()
    assert (acquirer.name, acquirer.terminals) == ("银联商务", 1)
    models.set_acquirer_profile(acquirer.id, "unionpay")
    assert terminals.get(terminal).code_profile == "unionpay"
    (model,) = models.listed()
    models.save(replace(DRAFT, code_profile="cpos"), model.id, model.version)
    assert terminals.get(terminal).code_profile == "cpos"
    assert models.profiles() == ("cpos", "unionpay")


def test_an_unknown_acquirer_or_model_is_said_to_be_unknown(any_services: Services) -> None:
    nobody = "01900000-0000-7000-8000-000000000000"
    with pytest.raises(NotFound):
        any_services.models.set_acquirer_profile(nobody, "x")
    with pytest.raises(NotFound):
        any_services.models.save(DRAFT, nobody, 1)
