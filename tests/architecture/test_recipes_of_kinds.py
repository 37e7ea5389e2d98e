"""The recipes of a hold reason and a checklist line type, followed in a copy of the program."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest

from app.domain.incidents.lifecycle import HoldReason
from app.domain.maintenance.checklist_lines import LineKind
from tests.architecture.recipe_copy import ROOT, Copy

CHECKED = """
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("{table}") as table:
        table.drop_constraint(op.f("ck_{table}_{column}"), type_="check")
        table.create_check_constraint(op.f("ck_{table}_{column}"), "{rule}")


def downgrade() -> None:
    raise NotImplementedError
"""


def allow(copy: Copy, table: str, column: str, values: Iterable[str]) -> None:
    """The migration that lets a column hold these values."""
    versions = copy.root / "db/migrations/versions"
    head = max(path.name[:4] for path in versions.glob("[0-9]*.py"))
    listed = ", ".join(f"'{value}'" for value in values)
    rule = f"{column} IS NULL OR {column} IN ({listed})"
    text = CHECKED.format(head=head, table=table, column=column, rule=rule)
    copy.write("db/migrations/versions/<revision>_<name>.py", text)
    (versions / "<revision>_<name>.py").rename(versions / "9999_trial.py")


HELD = f"""
import sys
sys.path.append({str(ROOT)!r})
from datetime import timedelta
from app import bootstrap
from app.cli import main
from app.domain.incidents.drafts import HoldDraft
from app.domain.incidents.lifecycle import HoldReason
from app.settings import Settings
from tests.factories import make_incident, make_technician

services = bootstrap.build(Settings(technician="T01", device="L7", language="zh"))
make_technician(services)
key = make_incident(services)
services.incidents.start(key)
until = services.context.today() + timedelta(days=3)
services.incidents.hold(key, HoldDraft(HoldReason("strike"), until))
print(services.incidents.clocks(key).stopped_since is not None)
number = services.incidents.get(key).number
services.close()
main(["--lang", "zh", "incident", "show", number])
"""


@pytest.mark.thorough
def test_a_hold_reason(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    copy.edit(
        "app/domain/incidents/lifecycle.py",
        r'(    OTHER = "other"\n)',
        r'    STRIKE = "strike"\n\1',
    )
    copy.edit(
        "app/domain/incidents/lifecycle.py",
        r"(        HoldReason.ACCESS,\n)",
        r"\1        HoldReason.STRIKE,\n",
    )
    copy.edit(
        "app/texts/words.py",
        r'("hold_reason": \{\n)',
        r'\1        "strike": N_("Trial strike"),\n',
    )
    allow(copy, "incident", "hold_reason", [*HoldReason, "strike"])
    copy.translate(monkeypatch, {"Trial strike": "试用罢工"})
    stopped, shown = copy.python("-c", HELD).split("\n", 1)
    assert stopped == "True", "the clock stands still"
    assert "试用罢工" in shown
    copy.check("A hold reason")


MIRROR = """
    LineKind.MIRROR: LineType(
        entry=EntryForm.VALUE,
        judge=lambda _line, given: LineAnswer(
            _verdict(passes=given.value == given.value[::-1]), given.value
        ),
    ),
"""

INSPECTED = f"""
import sys
sys.path.append({str(ROOT)!r})
import json
from app import bootstrap
from app.cli import main
from app.domain.maintenance.checklist_lines import ChecklistLine, LineKind
from app.domain.maintenance.checklists import Checklist
from app.gui.pages.maintenance.checklist_view import WorkView
from app.gui.shell.application import dress, make_application
from app.languages import LocalizedText
from app.services.documents.reading import read
from app.services.documents.requests import Request
from app.settings import Settings
from tests.factories import make_technician, make_terminal
from tests.maintenance import make_plan, open_task
from tests.reports.reading import all_text

settings = Settings(technician="T01", device="L7", language="zh")
services = bootstrap.build(settings)
make_technician(services)
make_terminal(services)
lines = [
    ChecklistLine(key=key, kind=LineKind("mirror"), text=LocalizedText(zh, key))
    for key, zh in (("one", "回文甲"), ("two", "回文乙"))
]
title = LocalizedText("短表", "Short")
services.plans.save_checklist(Checklist("", "short", 1, title, tuple(lines)))
make_plan(services, checklist="short", starts_on=services.context.today().isoformat())
services.generation.generate()
task = open_task(services)
dress(make_application(settings), settings)
view = WorkView()
view.show_run(services.checklists.begin(task.id), "")
view.answered.connect(lambda line, draft: services.checklists.answer(view.run.id, line, draft))
view.input.by_key("1")
view.input.value.setText("1221")
view.input.value.returnPressed.emit()
said = [view.input.value.placeholderText()]
number = services.visits.get(task.visit_id).summary.number
services.close()
main(["visit", "complete", number, "--answer", "one=1221", "--answer", "two=1222", "--fixed",
      "two=改好", "--accept-early"])
services = bootstrap.build(settings)
results = services.checklists.get(task.id).results
said += [results["one"].answer.verdict, results["two"].answer.verdict]
printed = services.reporting.pdf(Request(kind="inspection", subject=number)).pdf
print(json.dumps([*said, all_text(printed), str(read(printed))], ensure_ascii=False))
services.close()
"""


def test_a_checklist_line_type(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind of line made up here is asked for, judged, printed and exported."""
    place = "app/domain/maintenance/checklist_lines.py"
    copy.edit(place, r'(    SIGNATURE = "signature"\n)', r'\1    MIRROR = "mirror"\n')
    copy.edit(place, r"(\] = \{\n)(    LineKind.CHECK: )", rf"\1{MIRROR}\2")
    copy.edit(
        "app/texts/checklists.py",
        r"(LINE_HINTS: .*\n)",
        r'\1    LineKind.MIRROR: N_("Trial mirror"),\n',
    )
    allow(copy, "checklist_line", "kind", [*LineKind, "mirror"])
    copy.translate(monkeypatch, {"Trial mirror": "试用回文"})
    for font in (ROOT / "resources/fonts").glob("*.ttf"):
        (copy.root / "resources/fonts" / font.name).symlink_to(font)
    said = json.loads(copy.python("-c", INSPECTED).splitlines()[-1])
    assert said[:3] == ["试用回文", "pass", "fail"]
    for name, text in (("paper", said[3]), ("data", said[4])):
        for told in ("1221", "1222", "回文乙"):
            assert told in text, name
    copy.check("A checklist line type")


PRINTED = f"""
import sys
sys.path.append({str(ROOT)!r})
from app import bootstrap
from app.services.documents.requests import Request
from app.settings import Settings
from tests.factories import make_incident
from tests.reports.reading import all_text

services = bootstrap.build(Settings(technician="T01", device="L7", language="zh"))
make_incident(services)
print(all_text(services.reporting.pdf(Request(kind="audit_trail")).pdf))
services.close()
"""


@pytest.mark.thorough
def test_a_field_on_paper(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    place = "app/reports/documents/audit_trail.py"
    copy.edit(
        place,
        r"(    withdrawn: bool\n)(    changes: tuple\[RecordedChange)",
        r'\1    trial: str = ""\n\2',
    )
    copy.edit(
        place,
        r'(        PrintColumn\(t\("Changes"\), 2.2\),\n)',
        r'\1        PrintColumn(t("Trial field"), mm=20),\n',
    )
    copy.edit(place, r"(        _changes\(t, one\),\n)", r"\1        one.trial,\n")
    copy.edit(
        "app/services/documents/trail_sheet.py",
        r"(        withdrawn=entry.withdrawn,\n)",
        r'\1        trial=f"op{entry.seq}",\n',
    )
    copy.translate(monkeypatch, {"Trial field": "试用栏"})
    for font in (ROOT / "resources/fonts").glob("*.ttf"):
        (copy.root / "resources/fonts" / font.name).symlink_to(font)
    paper = copy.python("-c", PRINTED)
    assert "试用栏" in paper
    assert "op1" in paper
    copy.check("A field on paper")
