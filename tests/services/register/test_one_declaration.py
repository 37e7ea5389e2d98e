"""A new fact of a terminal touches four files, a new state three: shown by doing it in a copy of
the program, which then imports, shows, corrects, swaps and exports it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent.parent

MIGRATION = """
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE terminal ADD COLUMN asset_no TEXT NOT NULL DEFAULT ''")


def downgrade() -> None:
    op.drop_column("terminal", "asset_no")
"""
FACT = {
    "app/domain/register/terminal_fields.py": (
        (
            "    hidden_marks: str = fact(",
            '    asset_no: str = fact(N_("Asset number"), _DEVICE, aliases="资产编号|资产号")\n',
        ),
        ('    hidden_marks: str = ""\n', '    asset_no: str = ""\n'),
    ),
    "db/models/register.py": (
        ("    hidden_marks: str = words()\n", "    asset_no: str = words()\n"),
    ),
    "resources/locale/zh_CN/LC_MESSAGES/poscare.po": (
        ('msgid "Hidden marks"\n', 'msgid "Asset number"\nmsgstr "资产编号"\n\n'),
    ),
}
USE_FACT = """
import sys
from pathlib import Path

sys.path.insert(0, "resources/locale")
import catalogues

catalogues.compile_all()
from PySide6.QtWidgets import QApplication, QLabel

application = QApplication([])
from app import bootstrap
from app.domain.register.swaps import SwapDraft
from app.domain.register.terminals import draft_of
from app.gui.pages.terminals.read import gather
from app.gui.pages.terminals.tabs import FactsTab
from app.gui.pages.terminals.terminal_editor import TerminalEditor
from app.gui.toolkit import language
from app.i18n import translator
from app.services.register.importing import template
from app.services.register.terminal_queries import TerminalFilter
from app.texts.events import terminal_event
from app.settings import Settings
from db import migrate
from db.engine import Database

zh = translator("zh")
language.use(zh)
database = Database("new.db")
migrate.upgrade(database)
services = bootstrap.build(Settings(technician="T01"), database=database)
importer, terminals = services.terminal_import, services.terminals
for number in ("Z-1", "Z-2"):
    Path("in.csv").write_text(
        "SN,厂商,型号,终端号,商户号,商户,资产编号\\n"
        f"SN000001,M,N,50000001,848290058000001,甲店,{number}\\n",
        encoding="utf-8",
    )
    importer.commit(importer.preview(Path("in.csv")), skip_bad=False)
found = terminals.by_serial("SN000001")
assert found.asset_no == "Z-2", found.asset_no
assert "资产编号" in terminal_event(zh, found.log[0]).line, found.log
services.terminal_export.export(Path("out.csv"), TerminalFilter(), zh)
head, line = Path("out.csv").read_text(encoding="utf-8-sig").splitlines()
assert "资产编号" in head and "Z-2" in line
titles = {name: name for name in importer.preview(Path("out.csv")).mapping}
assert "asset_no" in titles
tab = FactsTab()
tab.show_view(gather(services, found.id))
shown = [label.text() for label in tab.findChildren(QLabel)]
assert "资产编号" in shown and "Z-2" in shown
editor = TerminalEditor({}, draft_of(found), known=True)
assert editor.form.value("asset_no") == "Z-2"
editor.fill({"asset_no": ""})
terminals.update(found.id, found.version, editor._draft(editor.form.values()))
assert terminals.get(found.id).asset_no == "", "emptied in the form"
editor.fill({"asset_no": "Z-3"})
terminals.update(found.id, terminals.get(found.id).version, editor._draft(editor.form.values()))
fresh = terminals.swap(found.id, SwapDraft(new_serial="SN000002", reason="坏", unsent_cleared=True))
assert (terminals.get(found.id).asset_no, terminals.get(fresh).asset_no) == ("Z-3", "")
services.close()
"""

STATE_MIGRATION = """
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    known = "'in_service', 'in_repair', 'spare', 'suspended', 'retired', 'lent'"
    with op.batch_alter_table("terminal") as table:
        table.drop_constraint(op.f("ck_terminal_state"), type_="check")
        table.create_check_constraint(op.f("ck_terminal_state"), f"state IN ({{known}})")


def downgrade() -> None:
    raise NotImplementedError
"""
STATE = {
    "app/domain/register/terminal_states.py": (
        (
            '    SUSPENDED = "suspended"\n',
            '    LENT = "lent"\n',
        ),
        (
            "    TerminalState.SUSPENDED: StateRule(\n",
            (
                "    TerminalState.LENT: StateRule(\n"
                '        word=N_("Lent out"),\n'
                "        next=(TerminalState.SPARE, TerminalState.RETIRED),\n"
                '        tone="accent",\n'
                '        icon="user",\n'
                "        placed=False,\n"
                "        holder=HolderKind.TECHNICIAN,\n"
                '        after_swap=N_("Lent out"),\n'
                '        consequence=N_("Lent out"),\n'
                "    ),\n"
            ),
        ),
        (
            "TerminalState.IN_SERVICE, TerminalState.IN_REPAIR, TerminalState.RETIRED),\n",
            "TerminalState.LENT, ",
        ),
    ),
    "resources/locale/zh_CN/LC_MESSAGES/poscare.po": (
        ('msgid "Hidden marks"\n', 'msgid "Lent out"\nmsgstr "借出"\n\n'),
    ),
}
USE_STATE = """
import sys

sys.path.insert(0, "resources/locale")
import catalogues

catalogues.compile_all()
from PySide6.QtWidgets import QApplication

application = QApplication([])
from app import bootstrap
from app.domain.register.terminal_actions import states_after
from app.domain.register.terminals import TerminalDraft, TerminalState
from app.gui.pages.terminals.action_dialogs import consequence, state_dialog
from app.gui.toolkit import language
from app.gui.toolkit.badge import terminal_badge
from app.i18n import translator
from app.services.register.terminal_queries import TerminalFilter
from app.texts.events import terminal_event
from app.settings import Settings
from db import migrate
from db.engine import Database

language.use(translator("zh"))
database = Database("new.db")
migrate.upgrade(database)
services = bootstrap.build(Settings(technician="T01"), database=database)
terminals = services.terminals
key = terminals.register(TerminalDraft(serial="SN000001", manufacturer="M", model="N"))
assert TerminalState.LENT in states_after(terminals.get(key))
terminals.change_state(key, TerminalState.LENT, "试用")
lent = terminals.get(key)
assert terminal_badge(lent.state).text == "借出"
assert consequence(lent, TerminalState.LENT) == "借出"
assert terminals.listing(TerminalFilter(state="lent")).count == 1
assert services.custody.of(key)[0].kind == "technician"
assert services.models.listed()[0].terminals == 1, "counted as a device that is there"
services.close()
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The program, to be changed; what is not changed is linked."""
    target = tmp_path / "copy"
    target.mkdir()
    leave = shutil.ignore_patterns("__pycache__")
    for folder in ("app", "db"):
        shutil.copytree(ROOT / folder, target / folder, ignore=leave)
    (target / "resources").mkdir()
    for item in (ROOT / "resources").iterdir():
        if item.name == "locale":
            shutil.copytree(item, target / "resources" / "locale", ignore=leave)
        else:
            (target / "resources" / item.name).symlink_to(item)
    return target


def change(copy: Path, edits: dict[str, tuple[tuple[str, str], ...]]) -> None:
    """Put lines in front of others."""
    for name, pairs in edits.items():
        path = copy / name
        text = path.read_text(encoding="utf-8")
        for before, added in pairs:
            assert text.count(before) == 1, (name, before)
            text = text.replace(before, added + before)
        path.write_text(text, encoding="utf-8")


def run(copy: Path, script: str) -> None:
    """The script in the changed program."""
    (copy / "use.py").write_text(script, encoding="utf-8")
    environment = {
        **os.environ,
        "PYTHONPATH": str(copy),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, "use.py"],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_new_fact_touches_declaration_row_migration_and_translation(copy: Path) -> None:
    versions = copy / "db" / "migrations" / "versions"
    head = max(path.name[:4] for path in versions.glob("[0-9]*.py"))
    (versions / "9999_asset_number.py").write_text(MIGRATION.format(head=head), encoding="utf-8")
    change(copy, FACT)
    assert len(FACT) + 1 <= 4, "files touched"
    run(copy, USE_FACT)


def test_a_new_state_touches_its_table_the_check_and_the_translation(copy: Path) -> None:
    versions = copy / "db" / "migrations" / "versions"
    head = max(path.name[:4] for path in versions.glob("[0-9]*.py"))
    script = STATE_MIGRATION.format(head=head)
    (versions / "9999_lent_out.py").write_text(script, encoding="utf-8")
    change(copy, STATE)
    assert len(STATE) + 1 <= 3, "files touched"
    run(copy, USE_STATE)
