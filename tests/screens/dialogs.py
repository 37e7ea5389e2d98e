"""One opener for each kind of dialog of the window, by the class or function that lays it out.

A new dialog needs a line here: `tests/screens/test_dialogs_fit.py` names those that have none.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog

from app import bootstrap
from app.domain.campaigns.campaigns import (
    CampaignKind,
)
from app.domain.documents import SignerRole
from app.domain.errors import Problem
from app.domain.insight.warning_levels import LevelFamily, LevelYear
from app.domain.missing_database import DatabaseMissing
from app.exchange.stations import Station
from app.gui.actions import UserAction
from app.gui.pages.dispatch.assign_dialog import overrule_dialog
from app.gui.pages.incidents import action_dialogs as on_incident
from app.gui.pages.incidents.camera_dialog import CameraDialog
from app.gui.pages.incidents.picture_dialog import PictureDialog
from app.gui.pages.incidents.related import related_dialog
from app.gui.pages.insight import campaign_dialogs, warning_dialogs
from app.gui.pages.maintenance import action_dialogs as on_visit
from app.gui.pages.maintenance.holidays import HolidaysDialog
from app.gui.pages.maintenance.territories import TerritoryDialog
from app.gui.pages.settings import editors, part_editors, trust_editor
from app.gui.pages.terminals import action_dialogs as on_terminal
from app.gui.shell import document_dialogs
from app.gui.shell.campaign_tick import ask_done
from app.gui.shell.document_preview import DocumentPreview
from app.gui.shell.first_run import FirstRunDialog
from app.gui.shell.lock import LockDialog
from app.gui.shell.missing_database_dialog import LostDatabaseDialog
from app.gui.shell.navigate import ImportTerminals
from app.gui.shell.package_dialog import PackageDialog
from app.gui.shell.shop_dialog import show_shop
from app.gui.shell.update_dialog import UpdateDialog
from app.gui.toolkit import encryption_dialogs, secret_dialogs
from app.gui.toolkit.manual_window import open_manual
from app.gui.toolkit.qr_dialog import QrDialog
from app.gui.toolkit.reading_dialog import reading_dialog
from app.gui.toolkit.reason_dialog import reason_dialog
from app.gui.toolkit.signature_dialog import SignatureDialog
from app.gui.toolkit.working_dialog import WaitDialog
from app.services.dispatch.shop import read_shop
from app.services.documents.requests import Request
from tests.screens.desk import LONG_NAME, LONG_TEXT, Desk, Opener, acting, adding

LEVEL = LevelYear(
    family=LevelFamily.GROUPS, level=0.05, in_force=True, told=12, standing=3, right=4, wrong=1
)


def _merge_areas(desk: Desk) -> None:
    section = desk.section("areas")
    section.table.select_first()
    section.merge()


def _day_off(desk: Desk) -> None:
    page = desk.page("maintenance")
    page.holidays.show()
    page.holidays._ask_day(desk.opened(HolidaysDialog))


def _give_sites(desk: Desk) -> None:
    page = desk.page("maintenance")
    page.territories.show()
    page.territories._ask_give(desk.opened(TerritoryDialog))


def _leave(desk: Desk) -> None:
    (first, *_others) = desk.services.directory.technicians()
    found = desk.services.leave.preview(first.id, desk.today, date(2027, 1, 31))
    desk.page("maintenance").planning.ask_leave(found, {first.id: first.name}, "病假")


def _missed(desk: Desk) -> None:
    desk.clock.forward(days=120)
    planning = desk.page("maintenance").planning
    planning.ask_catch_up(desk.services.generation.backlogs())


def _levelled(desk: Desk) -> None:
    found = desk.services.balancing.propose(desk.today, date(2026, 12, 31))
    desk.page("maintenance").planning._ask_level(found)


def _camera(desk: Desk) -> QDialog:
    files = [desk.folder / f"IMG_2026112{n}_093000.jpg" for n in range(4)]
    return CameraDialog(desk.folder, files, desk.window)


def _picture(desk: Desk) -> QDialog:
    photo = QImage(1600, 1200, QImage.Format.Format_RGB32)
    return PictureDialog(LONG_NAME, "IMG.jpg · 1600 × 1200", photo, print, desk.window)


def _package(desk: Desk) -> QDialog:
    return PackageDialog(desk.window, desk.context, desk.folder / "L7-L1-0001.poscare")


def _new_campaign(desk: Desk) -> QDialog:
    fields = ("model", "firmware", "app_version", "area", "acquirer")
    names = {field: [LONG_NAME] for field in fields}
    offered = campaign_dialogs.OfferedChoices(desk.people, names, desk.people)
    return campaign_dialogs.CampaignDialog(desk.window, offered, desk.today)


def _acquirer(desk: Desk) -> QDialog:
    (first, *_others) = desk.services.models.acquirers()
    return editors.acquirer_editor(desk.window, ("unionpay",), first)


def _assigned(desk: Desk) -> None:
    page = desk.page("dispatch")
    page._choose(page._item(desk.visit.id))
    page.ask()


def _people_at(desk: Desk) -> QDialog:
    key = bootstrap.exchange(desk.services, desk.context.settings).identity.key()
    station = Station(key=key, trusted_at=desk.clock(), revoked_at=None)
    return trust_editor.people_editor(desk.window, station, desk.services.directory.technicians())


def _prices(desk: Desk) -> QDialog:
    lines = [part_editors.PriceLine(n, "BAT-910", LONG_TEXT[:60]) for n in range(30)]
    return part_editors.price_list_dialog(desk.window, "价目.xlsx", "12 项", lines, refused=3)


def _price_columns(desk: Desk) -> QDialog:
    known = ("number", "name")
    return part_editors.price_columns_dialog(
        desk.window, "价目.xlsx", ["料号", LONG_NAME], {"number": 0}, known, ("number",)
    )


def _overruled(desk: Desk) -> QDialog:
    problems = [Problem("planned_on", "value.required")] * 4
    return overrule_dialog(desk.window, LONG_NAME, problems)


def _shop(desk: Desk) -> None:
    page, services = desk.page("today"), desk.services
    show_shop(
        page,
        lambda: read_shop(services.context, services.terminal_stops, desk.terminal.merchant_id),
    )


def _missing(desk: Desk) -> QDialog:
    lost = DatabaseMissing("db.vanished", str(desk.folder / LONG_NAME / "poscare.db"), ())
    return LostDatabaseDialog(lost, "L7", desk.window)


def _warned(desk: Desk, make: Callable[..., QDialog], kind: CampaignKind) -> QDialog:
    return make(desk.window, desk.case, kind, desk.people, 12, desk.today)


KINDS: dict[str, Opener] = {
    "IncidentEditor": acting(UserAction.NEW_INCIDENT),
    "HandoverEditor": acting(UserAction.HANDOVER),
    "ResolveEditor": acting(UserAction.RESOLVE),
    "PartEditor": acting(UserAction.ADD_PART),
    "SignatureDialog": lambda d: SignatureDialog(
        SignerRole.MERCHANT, "王", LONG_NAME, d.window, may_close=True
    ),
    "CameraDialog": _camera,
    "PictureDialog": _picture,
    "incidents.action_dialogs.hold_dialog": lambda d: on_incident.hold_dialog(d.window, d.today),
    "incidents.action_dialogs.close_dialog": lambda d: on_incident.close_dialog(
        d.window, "王", None
    ),
    "incidents.action_dialogs.addendum_dialog": lambda d: on_incident.addendum_dialog(d.window),
    "incidents.action_dialogs.assign_dialog": lambda d: on_incident.assign_dialog(
        d.window, d.people, ""
    ),
    "incidents.action_dialogs.duplicate_dialog": lambda d: on_incident.duplicate_dialog(
        d.window, d.people
    ),
    "incidents.action_dialogs.work_dialog": lambda d: on_incident.work_dialog(d.window),
    "incidents.related.related_dialog": lambda d: related_dialog(
        d.window, d.others, "并入", "同一原因的异常"
    ),
    "toolkit.reason_dialog.reason_dialog": lambda d: reason_dialog(
        d.window, LONG_NAME, "好", LONG_TEXT
    ),
    "AssignDialog": _assigned,
    "dispatch.assign_dialog.overrule_dialog": _overruled,
    "TerminalEditor": acting(UserAction.ADD_TERMINAL),
    "ImportDialog": lambda d: d.window.go(ImportTerminals()),
    "terminals.action_dialogs.swap_dialog": lambda d: on_terminal.swap_dialog(
        d.window, d.terminal, {}, ["N910"]
    ),
    "terminals.action_dialogs.move_dialog": lambda d: on_terminal.move_dialog(
        d.window, d.terminal, {}
    ),
    "terminals.action_dialogs.state_dialog": lambda d: on_terminal.state_dialog(
        d.window, d.terminal
    ),
    "terminals.action_dialogs.hand_over_dialog": lambda d: on_terminal.hand_over_dialog(
        d.window, d.terminal
    ),
    "toolkit.reading_dialog.reading_dialog": lambda d: reading_dialog(
        d.window, d.terminal.serial, [], d.today
    ),
    "ExtraVisitEditor": acting(UserAction.NEW_VISIT),
    "PlanEditor": acting(UserAction.ADD_PLAN),
    "ComplianceDialog": acting(UserAction.SHOW_COMPLIANCE),
    "PrintPreviewDialog": acting(UserAction.PRINT_SCHEDULE),
    "HolidaysDialog": acting(UserAction.SHOW_HOLIDAYS),
    "TerritoryDialog": acting(UserAction.SHOW_TERRITORIES),
    "maintenance.holidays._ask_day": _day_off,
    "maintenance.territories._ask_give": _give_sites,
    "maintenance.plans._ask": acting(UserAction.SHOW_PLANS),
    "maintenance.planning._ask_generate": acting(UserAction.GENERATE_VISITS),
    "maintenance.planning._ask_undo": acting(UserAction.PAST_RUNS),
    "maintenance.planning.ask_leave": _leave,
    "maintenance.planning._ask_level": _levelled,
    "maintenance.capacity.capacity_dialog": acting(UserAction.SHOW_CAPACITY),
    "maintenance.action_dialogs.schedule_dialog": lambda d: on_visit.schedule_dialog(
        d.window, d.visit, d.people
    ),
    "maintenance.action_dialogs.move_dialog": lambda d: on_visit.move_dialog(
        d.window, 3, 1, d.today
    ),
    "maintenance.action_dialogs.finish_dialog": lambda d: on_visit.finish_dialog(d.window, "V1", 2),
    "maintenance.action_dialogs.fixed_dialog": lambda d: on_visit.fixed_dialog(d.window, LONG_TEXT),
    "maintenance.action_dialogs.incident_dialog": lambda d: on_visit.incident_dialog(
        d.window, LONG_TEXT, d.people, "a"
    ),
    "maintenance.action_dialogs.partial_dialog": lambda d: on_visit.partial_dialog(
        d.window, [LONG_NAME] * 9
    ),
    "maintenance.action_dialogs.withdraw_dialog": lambda d: on_visit.withdraw_dialog(
        d.window, d.people
    ),
    "maintenance.action_dialogs.absence_dialog": lambda d: on_visit.absence_dialog(
        d.window, d.people, d.today
    ),
    "CampaignDialog": _new_campaign,
    "insight.campaign_dialogs.edit_dialog": lambda d: campaign_dialogs.edit_dialog(
        d.window, d.campaign, d.people
    ),
    "insight.campaign_dialogs.why_dialog": lambda d: campaign_dialogs.why_dialog(d.window, "免做"),
    "insight.campaign_dialogs.visits_dialog": lambda d: campaign_dialogs.visits_dialog(
        d.window, d.people, d.today
    ),
    "insight.page._ask_period": lambda d: d.page("insight")._ask_period(),
    "insight.warning_dialogs.step_dialog": lambda d: warning_dialogs.step_dialog(
        d.window, "受理", d.case, d.people, d.today, "a"
    ),
    "insight.warning_dialogs.plan_dialog": lambda d: warning_dialogs.plan_dialog(
        d.window, d.case, d.people
    ),
    "insight.warning_dialogs.note_dialog": lambda d: warning_dialogs.note_dialog(d.window, "备注"),
    "insight.warning_dialogs.close_dialog": lambda d: warning_dialogs.close_dialog(d.window),
    "insight.warning_dialogs.campaign_of_dialog": lambda d: _warned(
        d, warning_dialogs.campaign_of_dialog, CampaignKind.FIRMWARE
    ),
    "insight.warning_dialogs.visits_of_dialog": lambda d: _warned(
        d, warning_dialogs.visits_of_dialog, CampaignKind.TRAINING
    ),
    "insight.warning_dialogs.parent_dialog": lambda d: warning_dialogs.parent_dialog(
        d.window, d.case, d.others
    ),
    "StockDialog": lambda d: d.section("parts").move_stock(),
    "KnowledgeEntryDialog": adding("catalogue"),
    "HubEditor": lambda d: d.section("office").server.open_editor(),
    "settings.agreements.mark_merchant": lambda d: d.section("agreements").mark_merchant(),
    "settings.agreements._editor": adding("agreements"),
    "settings.areas.merge": _merge_areas,
    "settings.warning_levels.edit": lambda d: d.section("warnings").edit(LEVEL),
    "settings.areas._area_editor": adding("areas"),
    "settings.vehicles._vehicle_editor": adding("vehicles"),
    "settings.editors.technician_editor": adding("people"),
    "settings.editors.contact_editor": adding("contacts"),
    "settings.editors.model_editor": adding("models"),
    "settings.editors.acquirer_editor": _acquirer,
    "settings.part_editors.part_editor": adding("parts"),
    "settings.part_editors.price_columns_dialog": _price_columns,
    "settings.part_editors.price_list_dialog": _prices,
    "settings.trust_editor.name_editor": lambda d: trust_editor.name_editor(d.window, LONG_NAME),
    "settings.trust_editor.people_editor": _people_at,
    "settings.trust_editor.trust_editor": lambda d: trust_editor.trust_editor(
        d.window, d.services.directory.technicians()
    ),
    "DocumentPreview": lambda d: DocumentPreview(
        d.page("insight"), "打印", Request(kind="campaign_list", subject=d.campaign.number)
    ),
    "FirstRunDialog": lambda d: FirstRunDialog(d.context.settings),
    "LockDialog": lambda d: LockDialog(d.window, LONG_NAME),
    "LostDatabaseDialog": _missing,
    "DatabaseEditor": lambda d: d.section("data").choose_database(),
    "UpdateDialog": lambda d: UpdateDialog(d.window, d.context),
    "ExchangeDialog": acting(UserAction.OPEN_EXCHANGE),
    "PackageDialog": _package,
    "ReminderDialog": acting(UserAction.SHOW_REMINDERS),
    "ShopDialog": _shop,
    "AboutDialog": acting(UserAction.SHOW_ABOUT),
    "Palette": acting(UserAction.FIND_ANYTHING),
    "KeySheet": acting(UserAction.SHOW_KEYS),
    "ManualWindow": lambda d: open_manual(d.window),
    "QrDialog": lambda d: QrDialog(d.window, "QR", LONG_NAME, LONG_TEXT[:120], LONG_NAME),
    "WaitDialog": lambda d: WaitDialog(d.window, LONG_NAME, d.context),
    "shell.phrases.edit": acting(UserAction.EDIT_PHRASES),
    "shell.campaign_tick.ask_done": lambda d: ask_done(d.page("insight"), d.task, print),
    "shell.document_dialogs.mail_dialog": lambda d: document_dialogs.mail_dialog(
        d.window, LONG_NAME, LONG_TEXT, "a.pdf"
    ),
    "shell.document_dialogs.names_dialog": lambda d: document_dialogs.names_dialog(
        d.window, "{number} {merchant}", 40
    ),
    "shell.document_dialogs.seal_dialog": lambda d: document_dialogs.seal_dialog(
        d.window, LONG_NAME
    ),
    "RecoveryCodeDialog": lambda d: encryption_dialogs.RecoveryCodeDialog(
        d.window, "-".join(["ABCD"] * 13), "好"
    ),
    "toolkit.encryption_dialogs.unlock_dialog": lambda d: encryption_dialogs.unlock_dialog(
        d.window, LONG_NAME, print
    ),
    "toolkit.encryption_dialogs.recover_dialog": lambda d: encryption_dialogs.recover_dialog(
        d.window
    ),
    "toolkit.encryption_dialogs.passphrase_dialog": lambda d: encryption_dialogs.passphrase_dialog(
        d.window, "加密", LONG_TEXT, "加密", proof=True, key_store=True
    ),
    "toolkit.encryption_dialogs.proof_dialog": lambda d: encryption_dialogs.proof_dialog(
        d.window, "解密", LONG_TEXT, "解密"
    ),
    "toolkit.secret_dialogs.sign_in_dialog": lambda d: secret_dialogs.sign_in_dialog(
        d.window, "T01", print
    ),
    "toolkit.secret_dialogs.code_dialog": lambda d: secret_dialogs.code_dialog(d.window, "T01"),
    "toolkit.secret_dialogs.password_dialog": lambda d: secret_dialogs.password_dialog(
        d.window, has_one=True
    ),
    "toolkit.secret_dialogs.pin_dialog": lambda d: secret_dialogs.pin_dialog(d.window),
    "toolkit.secret_dialogs.show_code": lambda d: secret_dialogs.show_code(
        d.window, "一次性码", LONG_TEXT, "ABCDE-23456"
    ),
    # The last: it goes on for months.
    "maintenance.planning.ask_catch_up": _missed,
}
