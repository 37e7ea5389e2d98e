"""At most five fields must be filled to end a case, and each says on which paper it stands or which
figure uses it.  What somebody's own choice asks for ("other", another trouble) comes on top."""

from __future__ import annotations

import pytest

from app import bootstrap
from app.domain.diagnosis.interview import begin
from app.domain.faults import FaultClass
from app.gui.pages.incidents.resolve_editor import ResolveEditor
from app.gui.pages.incidents.resolve_fields import resolution_fields
from app.gui.shell.main_window import MainWindow
from app.services import Services
from tests.factories import make_incident

MOST = 5
USES = ("服务单", "统计")


@pytest.mark.parametrize("fault_class", FaultClass)
def test_at_most_five_are_needed_whatever_the_class_and_mode(
    window: MainWindow, services: Services, fault_class: FaultClass
) -> None:
    knowledge = bootstrap.reasoner().knowledge
    incident = services.incidents.get(make_incident(services))
    editor = ResolveEditor(knowledge, incident, None, window)
    editor.form.fill({"fault_class": fault_class})
    named = {"fault_class"}
    for mode in ("", *(one.id for one in knowledge.modes_of(fault_class))):
        editor.form.fill({"mode": mode})
        for cause in ("", *(one.id for one in knowledge.causes_of(mode))):
            editor.form.fill({"cause": cause})
            needed = {"fault_class", *editor.needed()}
            assert len(needed) <= MOST, (mode, cause, needed)
            named |= needed
    helps = {field.name: field.help for field in editor.form.fields}
    for name in named:
        assert any(use in helps[name] for use in USES), (name, helps[name])


def test_what_a_choice_asks_for_says_where_it_stands(window: MainWindow) -> None:
    told = begin(bootstrap.reasoner(), "", "打印机卡纸，另外网也连不上").troubles
    asked = {field.name: field.help for field in resolution_fields(told)}
    for name in ("other_text", "other_0", "other_0_why"):
        assert any(use in asked[name] for use in USES), (name, asked[name])
