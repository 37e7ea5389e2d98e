"""The recipes of CONTRIBUTING, followed in a copy of the program: the places they name suffice.

Each test reads the numbered places of its recipe, edits exactly these files in the copy, and asks
the running copy whether the new thing arrived.  A recipe that forgets a place, or names one that
need not be touched, fails here.
"""

from __future__ import annotations

import itertools
import re
import tomllib

import pytest

from app.domain.diagnosis.evidence import Reasoner
from app.domain.diagnosis.interview import begin
from app.domain.faults import FaultClass
from app.knowledge import load_knowledge
from tests.architecture.recipe_copy import RECIPES, ROOT, Copy, places


def test_every_recipe_names_places_that_exist_and_its_proof() -> None:
    assert len(RECIPES) >= 17
    for title, text in RECIPES.items():
        found = places(title)
        assert found, title
        for place in found:
            there = [*ROOT.glob(re.sub(r"<\w+>", "*", place))]
            assert there, f"{title}: {place}"
        for proof, test in re.findall(r"^Proof: `([^`:]+)(?:::(\w+))?`", text, re.MULTILINE):
            proved = (ROOT / proof).read_text(encoding="utf-8")
            assert f"def {test}(" in proved, f"{title}: {proof} has no {test}"


CODE = """
[[code]]
profile = "unionpay"
code = "ZQ7"
zh = "试用代码"
en = "Trial code"
act = "local"
handling = "A"
points = { "hw.print" = "certain" }
doubt = "firm"
confidence = "H"
source = "trade"
"""


def ranked_first(copy: Copy, code: str = "", text: str = "") -> FaultClass:
    """The class a diagnosis by the copy's catalogue puts first."""
    knowledge = load_knowledge(copy.root / "resources" / "knowledge")
    return begin(Reasoner(knowledge), code, text).top.fault_class


def test_a_response_code(copy: Copy) -> None:
    copy.write("resources/knowledge/codes.toml", CODE)
    assert ranked_first(copy, code="ZQ7") is FaultClass.HARDWARE
    copy.check("A response code")


SIGN = """
[sign.trial]
kind = "symptom"
zh = "试用症状"
en = "Trial symptom"
says = ["麒麟吐雾", "unicorn fog"]
points = { "nw.own" = "certain" }
doubt = "firm"
source = "trade"
"""


def test_a_sign(copy: Copy) -> None:
    mode = next(
        name
        for name, mode in tomllib.loads(
            (copy.root / "resources/knowledge/modes.toml").read_text(encoding="utf-8")
        )["mode"].items()
        if name.startswith("nw.")
    )
    copy.write("resources/knowledge/signs_network.toml", SIGN.replace("nw.own", mode))
    for text in ("机器麒麟吐雾", "Unicorn FOG"):
        assert ranked_first(copy, text=text) is FaultClass.NETWORK
    copy.check("A sign")


PLAN = """
[[plan]]
key = "trial"
name = { zh = "试用计划", en = "Trial plan" }
scope = "terminal"
place = "site"
checklist = "trial"
minutes = 5
rule = { every = 1, unit = "year" }
basis = { zh = "试用", en = "Trial" }
source = "-"
confidence = "house"
interval = { zh = "试用", en = "Trial" }
"""

CHECKLIST = """
[[checklist]]
key = "trial"
title = { zh = "试用检查表", en = "Trial checklist" }
lines = [{ key = "works", kind = "check", text = { zh = "正常", en = "Works" } }]
"""


INSTALLED = """
from app.cli import main
main(["plan", "install"])
main(["--lang", "zh", "plan", "list"])
"""


@pytest.mark.thorough
def test_a_plan(copy: Copy) -> None:
    copy.write("resources/plans/plans.toml", PLAN)
    copy.write("resources/plans/checklists.toml", CHECKLIST)
    assert "试用计划" in copy.python("-c", INSTALLED)
    copy.check("A plan")


PAGE = '''"""A page for trial."""

from app.gui.shell.page import AppContext, Page
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import label


class TrialPage(Page):
    """Says one sentence."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context, _("Trial page"))
        self.said = label("")
        self.set_content(self.said)

    def refresh(self) -> None:
        """Ask on the worker, show here."""
        self.load(lambda: self.context.services.terminals.choices(), lambda _found: None)
'''

SHOWN = """
from PySide6.QtWidgets import QToolButton
from app import bootstrap
from app.gui.shell.application import dress, make_application
from app.gui.shell.main_window import MainWindow
from app.gui.shell.page import AppContext
from app.settings import Settings

settings = Settings(technician="T01", device="L7", language="zh")
app = make_application(settings)
dress(app, settings)
context = AppContext(settings)
context.set_services(bootstrap.build(settings))
window = MainWindow(context)
page = window.show_page("trial")
print(type(page).__name__, page.title)
print([b.text() for b in window.findChildren(QToolButton) if b.isCheckable()])
print([a.shortcut().toString() for a in window.actions() if a.text() == page.title])
context.close()
"""


def test_a_page(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    copy.write("app/gui/pages/trial/page.py", PAGE)
    copy.write("app/gui/pages/trial/__init__.py", '"""Trial."""\n')
    copy.edit(
        "app/gui/shell/main_window.py",
        r"(PAGES: .*\n)((?:.*\n)*?)(\)\n)",
        r'\1\2    PageSpec("trial", N_("Trial page"), "star", "trial.page", "TrialPage"),\n\3',
    )
    copy.translate(monkeypatch, {"Trial page": "试用页"})
    shown = copy.python("-c", SHOWN)
    assert "TrialPage 试用页" in shown
    assert "'试用页', '设置']" in shown, "after the others; the settings stay last"
    assert "['']" in shown, "the nine digits are given to nine pages"
    copy.touched = [
        place.replace("/trial/", "/<subject>/")
        for place in copy.touched
        if not place.endswith("__init__.py")
    ]
    copy.check("A page")


VERB = '''"""``poscare trial``: says that it was asked."""

from __future__ import annotations

import argparse

from app.cli.context import Context, Verb
from app.i18n import Translator


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument("--loudly", action="store_true", help=t("trial option"))


def _run(context: Context) -> None:
    context.emit({"loudly": context.options.loudly}, lambda: context.t("trial answer"))


VERB = Verb(_configure, _run)
'''


ASKED = """
from app.cli import main
main(["--lang", "zh", "trial"])
main(["--json", "trial", "--loudly"])
main(["--lang", "zh", "help"])
main(["--lang", "zh", "trial", "--help"])
"""


@pytest.mark.thorough
def test_a_verb(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    copy.write("app/cli/trial.py", VERB)
    copy.edit(
        "app/cli/verbs.py",
        r"(VERBS: .*\n)((?:.*\n)*?)(\)\n)",
        r'\1\2    NamedVerb("trial", N_("trial verb"), "trial"),\n\3',
    )
    words = {"trial answer": "试用回答", "trial option": "试用选项", "trial verb": "试用命令"}
    copy.translate(monkeypatch, words)
    answers = copy.python("-c", ASKED)
    assert "试用回答" in answers
    assert '"loudly": true' in answers
    assert "试用命令" in answers
    assert "试用选项" in answers
    assert "  poscare trial\n      试用命令" in answers, "the manual names it"
    copy.touched = [place.replace("/trial.", "/<verb>.") for place in copy.touched]
    copy.check("A verb")


DIFFERS = """
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from db import migrate
from db.engine import Database
from db.models.everything import metadata

database = Database(":memory:")
migrate.upgrade(database)
with database.engine.connect() as connection:
    found = compare_metadata(MigrationContext.configure(connection), metadata)
    print([item for item in found if "search" not in str(item)])
    print([row[1] for row in connection.exec_driver_sql("PRAGMA table_info(counter)")])
"""


@pytest.mark.thorough
def test_a_table_or_column(copy: Copy) -> None:
    copy.edit(
        "db/models/office.py",
        r"(class CounterRow(?:.*\n)*?    last: int = 0\n)",
        r"\1    remark: str | None = optional_words()\n",
    )
    copy.edit(
        "db/models/office.py",
        r"required_words, table\n",
        r"optional_words, required_words, table\n",
    )
    copy.python("-m", "db.revise", "9999", "trial")
    (made,) = (copy.root / "db/migrations/versions").glob("9999_*.py")
    assert "remark" in made.read_text(encoding="utf-8")
    assert "db." not in made.read_text(encoding="utf-8"), "a migration imports no project code"
    differences, columns = copy.python("-c", DIFFERS).splitlines()
    assert differences == "[]"
    assert "'remark'" in columns
    copy.touched = [
        "db/models/<subject>.py",
        "db/migrations/versions/<revision>_<name>.py",
        "db/migrations/newest.json",
    ]
    copy.check("A table or column")


def test_an_error_sentence(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    copy.edit(
        "app/texts/problems.py",
        r"(PROBLEMS: .*\n)",
        r'\1    "trial.late": N_("{count} days too late. Ask the office."),\n',
    )
    copy.translate(
        monkeypatch, {"{count} days too late. Ask the office.": "晚了 {count} 天，请问办公室。"}
    )
    said = copy.python(
        "-c",
        "from app.texts import error_text as said; from app.i18n import translator as t;"
        "from app.domain.errors import InvalidInput;"
        "error = InvalidInput.of('due_on', 'trial.late', count=3);"
        "print(said(t('zh'), error), said(t('en'), error))",
    )
    assert "晚了 3 天，请问办公室。" in said
    assert "3 days too late. Ask the office." in said
    copy.check("An error sentence")


LISTED = """
from app import bootstrap
from app.gui.pages.terminals.page import _columns
from app.gui.shell.application import dress, make_application
from app.services.register.terminal_queries import TerminalFilter, list_query
from app.settings import Settings

settings = Settings(technician="T01", device="L7", language="zh")
dress(make_application(settings), settings)
services = bootstrap.build(settings)
with services.context.database.read() as session:
    (item,) = list_query(session, TerminalFilter()).first(session, 1)
print({column.title: column.text(item) for column in _columns()})
services.close()
"""


def test_a_list_column(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    copy.edit(
        "app/domain/register/terminals.py",
        r"(class TerminalSummary:(?:.*\n)*?    open_incidents: int = 0\n)",
        r'\1    phone: str = ""\n',
    )
    queries = "app/services/register/terminal_queries.py"
    copy.edit(
        queries,
        r"(        open_incidents,\n)(    \)\n    return ListQuery)",
        r"\1        col(MerchantRow.phone),\n\2",
    )
    copy.edit(queries, r"\*names, open_incidents = row", r"*names, open_incidents, phone = row")
    copy.edit(
        queries,
        r"(        open_incidents=open_incidents,\n)(    \)\n)",
        r'\1        phone=phone or "",\n\2',
    )
    copy.edit(
        "app/gui/pages/terminals/page.py",
        r"(def _columns\(\)(?:.*\n)*?    return \(\n)",
        r'\1        TableColumn(title=_("Trial column"), text=lambda i: i.phone),\n',
    )
    copy.translate(monkeypatch, {"Trial column": "试用列"})
    estate = (ROOT / "resources/sample/terminals.csv").read_text(encoding="gb18030").splitlines()
    (copy.root / "one.csv").write_text("\n".join(estate[:2]), encoding="utf-8")
    copy.python("-m", "app", "import", "terminals", "one.csv")
    shown = copy.python("-c", LISTED)
    phone = re.search(r"'试用列': '([^']*)'", shown)
    assert phone
    assert phone[1]
    assert phone[1] in estate[1]
    copy.check("A list column")


KEYED = """
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QLabel
from app import bootstrap
from app.gui.actions import UserAction
from app.gui.shell.application import dress, make_application
from app.gui.shell.main_window import MainWindow
from app.gui.shell.page import AppContext
from app.gui.toolkit.action_buttons import bound
from app.settings import Settings

settings = Settings(technician="T01", device="L7", language="zh")
app = make_application(settings)
dress(app, settings)
context = AppContext(settings)
context.set_services(bootstrap.build(settings))
window = MainWindow(context)
window.show_page("reports")
for wanted in (UserAction.ONE_FILE_EACH, UserAction.SHOW_COMPLIANCE):
    (made,) = (one for action, one in bound(window.show_page("maintenance").window())
               if action is wanted)
    print(wanted.name, made.shortcut().toString(), made.toolTip())
window.show_page("reports")
print([label.text() for label in window.show_keys().findChildren(QLabel)])
context.close()
"""


@pytest.mark.thorough
def test_a_keyboard_shortcut(copy: Copy) -> None:
    """A button and a menu entry that had no key get one; tooltip and sheet of keys tell it."""
    table = "app/gui/actions.py"
    copy.edit(table, r'(N_\("One file each …"\), REPORTS)', r'\1, "Ctrl+Shift+E"')
    copy.edit(table, r'(N_\("Compliance …"\), CALENDAR)', r'\1, "Ctrl+Shift+L"')
    button, entry, sheet = copy.python("-c", KEYED).splitlines()
    assert button == "ONE_FILE_EACH Ctrl+Shift+E Ctrl+Shift+E"
    assert entry.startswith("SHOW_COMPLIANCE Ctrl+Shift+L")
    assert "'Ctrl+Shift+E', '每份一个文件" in sheet
    assert "Ctrl+Shift+L" not in sheet, "a key of another page"
    copy.check("A keyboard shortcut")


def test_a_dependency() -> None:
    """What is declared is locked, and why it is kept is said in the decision record."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8").lower()
    record = (ROOT / places("A dependency")[2]).read_text(encoding="utf-8").lower()
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    for line in itertools.chain.from_iterable(groups):
        name = re.split(r"[\[<>=!; ]", line)[0].lower()
        assert f"\n{name}==" in f"\n{lock}", f"{name} is not locked"
        assert f"`{name}`" in record, f"{name}: no reason in the record"
    assert places("A dependency")[:2] == ["pyproject.toml", "requirements.lock"]
