"""What else people call an action: words by which the palette finds it beside its own.

Each is one message whose parts are divided by semicolons; a translation gives the words of its own
language, not those of the English line by line.
"""

from __future__ import annotations

from app.gui.actions import UserAction as A
from app.i18n import N_

ALSO: dict[A, str] = {
    A.FIND_ANYTHING: N_("search; look for; palette"),
    A.NEW_INCIDENT: N_("new ticket; report a fault; open a case; log a call; terminal broken"),
    A.REFRESH: N_("reload; update"),
    A.SHOW_MANUAL: N_("help; manual; guide; how to; instructions"),
    A.SHOW_KEYS: N_("shortcuts; keys; hotkeys"),
    A.SHOW_ABOUT: N_("version; licences; about the program"),
    A.LOOK_FOR_UPDATE: N_("new version; upgrade; install the newest"),
    A.LOCK: N_("lock screen; leave the desk"),
    A.QUIT: N_("exit; log out; close the program"),
    A.LARGER: N_("zoom in; bigger"),
    A.SMALLER: N_("zoom out"),
    A.SHOW_MONTH: N_("month calendar; month view"),
    A.SHOW_WEEK: N_("week calendar; week view"),
    A.SHOW_ISSUED: N_("reprint; document again"),
    A.SAVE_DOCUMENT: N_("save PDF; save report; save document"),
    A.PRINT_DOCUMENT: N_("print report; print service report; print document"),
    A.COPY_FILE: N_("send by WeChat; paste into a chat"),
    A.ENCRYPT_DATA: N_("encryption; encrypt data"),
    A.ARRIVE: N_("at the shop"),
    A.LEAVE: N_("leave the shop"),
    A.MAIL_DOCUMENT: N_("email report; send report; send to the merchant"),
    A.SEAL_DOCUMENT: N_("seal; digital signature; certificate"),
    A.ASSIGN: N_("assign technician; reassign; give to somebody; dispatch"),
    A.START: N_("start work; begin; on site"),
    A.HOLD: N_("pause; waiting for parts; merchant absent"),
    A.RESUME: N_("go on; continue work"),
    A.RESOLVE: N_("done; fixed; repaired; function test"),
    A.CLOSE: N_("close ticket; finish; confirm with the merchant; signed off"),
    A.REOPEN: N_("open again; came back; not fixed"),
    A.CANCEL: N_("void; withdraw; cancel ticket"),
    A.MARK_DUPLICATE: N_("duplicate ticket; reported twice"),
    A.JOIN_PARENT: N_("same cause; belongs to another incident; outage"),
    A.TAKE_IN: N_("same cause; joins this incident; outage"),
    A.EDIT_INCIDENT: N_("edit incident; change incident; correct"),
    A.HANDOVER: N_("hand over to bank; hand over to supplier; escalate; call support"),
    A.ADDENDUM: N_("add a note after closing; remark; comment"),
    A.NEXT_STEP: N_("go on; what is next"),
    A.SIGN: N_("sign; customer signs; signature pad"),
    A.ADD_WORK: N_("work log; log time; minutes"),
    A.ADD_PART: N_("spare part; part fitted; replace part; battery; printer head"),
    A.ADD_PHOTOS: N_("add picture; upload photo; take in pictures"),
    A.CAMERA_FOLDER: N_("photos from the camera"),
    A.ACCEPT_CLASS: N_("confirm diagnosis; accept fault class"),
    A.REPORT_FAULT: N_("new incident of this terminal"),
    A.EDIT_TERMINAL: N_("edit terminal; change terminal"),
    A.SWAP: N_("swap device; replace terminal; exchange device"),
    A.RELOCATE: N_("move terminal; change address; new shop; relocate"),
    A.HAND_OVER: N_("give device to somebody; custody"),
    A.CHANGE_STATE: N_("state of a terminal; scrap; store; in repair; retire terminal"),
    A.ADD_TERMINAL: N_("new terminal; register terminal"),
    A.IMPORT_TERMINALS: N_("import terminals; import spreadsheet; import Excel; import CSV"),
    A.IMPORT_HISTORY: N_("import history; import old incidents"),
    A.SAVE_TEMPLATE: N_("import template"),
    A.EXPORT_TERMINALS_CSV: N_("export terminals; export CSV"),
    A.EXPORT_TERMINALS_EXCEL: N_("export terminals; export Excel"),
    A.NEW_VISIT: N_("add visit; plan a visit"),
    A.VISIT_TERMINAL: N_("add visit to this terminal"),
    A.PRINT_SCHEDULE: N_("print schedule; print calendar; print plan"),
    A.LEVEL_WORK: N_("balance work; spread work"),
    A.GENERATE_VISITS: N_("generate visits; make visits; generate plan"),
    A.DECIDE_MISSED: N_("missed visits"),
    A.ADD_ABSENCE: N_("leave; holiday of a technician; absence; sick"),
    A.SHOW_TERRITORIES: N_("territories; who serves which area; map"),
    A.SHOW_HOLIDAYS: N_("public holidays; working calendar; days off; company holidays"),
    A.RESCHEDULE: N_("move visit; other day"),
    A.ASSIGN_WORK: N_("assign; dispatch; suggest technician"),
    A.ACCEPT_WORK: N_("accept job; take the job"),
    A.REFUSE_WORK: N_("refuse job; decline work"),
    A.EXPORT_FIGURES_EXCEL: N_("export figures; export Excel"),
    A.EXPORT_FIGURES_CSV: N_("export figures; export CSV"),
    A.SHOW_TRAIL: N_("history; who did what; who changed it; log"),
    A.OPEN_EXCHANGE: N_("synchronise; data exchange; send to the office"),
    A.SET_PASSWORD: N_("forgot password; change password"),
    A.GIVE_CODE: N_("forgot password; one-time code"),
    A.BACK_UP: N_("backup; save a copy"),
    A.RESTORE_BACKUP: N_("restore backup; bring back data"),
    A.CHECK_DATA: N_("check database; data intact; verify data"),
}


def phrases(message: str) -> tuple[str, ...]:
    """The parts of a translated line of `ALSO`."""
    parts = message.replace("；", ";").split(";")
    return tuple(part.strip() for part in parts if part.strip())
