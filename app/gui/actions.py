"""The table of actions of the window: words, keys, icon, where they work, what allows them.

Buttons, menus, tooltips, shortcuts and the sheet of keys are made from these rows by
`app.gui.toolkit.action_buttons`.  To give an action a key: write it in its row; a test refuses a
key that means two things at one place.
"""

from __future__ import annotations

from enum import Enum

from app.domain.incidents.lifecycle import Action
from app.domain.maintenance.visits import VisitAction
from app.domain.register.terminal_actions import TerminalAction
from app.gui.action_places import (
    CALENDAR,
    CAMPAIGNS,
    CHECKLIST,
    DATA,
    DATE_FIELD,
    DIAGNOSIS,
    DIALOG,
    DIRECTORY,
    DISPATCH,
    DOCUMENT,
    EVERYWHERE,
    FACTS,
    FIRMWARE,
    IMPORT,
    INCIDENTS,
    INSIGHT,
    LIST,
    MANUAL,
    NEW_WORK,
    OFFICE,
    ON_RECORD,
    OPERATION,
    PHOTOS,
    PREVIEW,
    REPORTS,
    RESOLUTION,
    SEARCH,
    SECURITY,
    SETTINGS,
    SHOP,
    SIGNATURE,
    TABS,
    TERMINALS,
    TODAY,
    TRAIL,
    VISIT,
    WARNINGS,
)
from app.gui.action_rows import (
    ActionRow as ActionRow,
)
from app.gui.action_rows import built_in_row as _built_in
from app.gui.action_rows import each_row as _each
from app.gui.action_rows import incident_row as _incident
from app.gui.action_rows import plain_row as _row
from app.gui.action_rows import terminal_row as _terminal
from app.gui.action_rows import visit_row as _visit
from app.i18n import N_


class UserAction(Enum):
    """Every action of window and pages, and those of dialogs that have a key."""

    NEW_INCIDENT = _row(N_("New incident"), EVERYWHERE, "Ctrl+N", icon="plus")
    FIND_ANYTHING = _row(N_("Find anything"), EVERYWHERE, "Ctrl+K", icon="search")
    REFRESH = _row(N_("Refresh"), EVERYWHERE, "F5", icon="refresh-cw")
    SHOW_PAGE = _each(N_("Another page"), EVERYWHERE, *(f"Ctrl+{n}" for n in range(1, 10)))
    SHOW_MANUAL = _row(N_("Manual"), EVERYWHERE, "F1", icon="circle-question-mark")
    SHOW_KEYS = _row(N_("Keyboard shortcuts"), EVERYWHERE, "Ctrl+F1", "?", icon="list")
    SHOW_ABOUT = _row(N_("About POSCare"), EVERYWHERE, icon="info")
    LOOK_FOR_UPDATE = _row(N_("Look for an update …"), EVERYWHERE, icon="download")
    SHOW_REMINDERS = _row(N_("Reminders …"), EVERYWHERE, "Ctrl+Shift+M", icon="clock")
    EDIT_PHRASES = _row(N_("Quick phrases …"), EVERYWHERE, "Ctrl+Shift+B", icon="message-square")
    OPEN_MENU = _row(N_("Menu"), EVERYWHERE, "F10", icon="menu")
    OPEN_EXCHANGE = _row(
        N_("Exchange"),
        EVERYWHERE,
        "Ctrl+Shift+X",
        icon="arrow-right-left",
        tip=N_("What waits to be sent and to be decided"),
    )
    LOCK = _row(N_("Lock"), EVERYWHERE, "Ctrl+L", icon="lock-keyhole")
    QUIT = _row(N_("Quit"), EVERYWHERE, "Ctrl+Q", icon="log-out")

    SHOW_TAB = _each(N_("Another tab"), TABS, *(f"Alt+{number}" for number in range(1, 10)))
    FIND = _row(N_("Go to the search field"), SEARCH, "Ctrl+F")
    OPEN_ROW = _built_in(N_("Open the marked row"), LIST, "Return", "Enter")
    COPY_FACT = _built_in(N_("Copy the marked value"), FACTS, "Ctrl+C", "Ctrl+Ins")

    CONFIRM = _row(N_("Confirm"), DIALOG, "Ctrl+Return", "Ctrl+Enter")
    INSERT_PHRASE = _built_in(N_("Insert a quick phrase"), DIALOG, "Alt+Q")
    LEAVE_DIALOG = _built_in(N_("Leave the dialog"), DIALOG, "Esc")
    PAGE_BACK = _row(N_("Page before"), MANUAL, "Alt+Left", icon="chevron-left")
    PAGE_FORWARD = _row(N_("Page after"), MANUAL, "Alt+Right", icon="chevron-right")
    OPEN_CALENDAR = _row(N_("Calendar"), DATE_FIELD, "Alt+Down", icon="calendar-days")
    UNDO_STROKE = _row(N_("Undo stroke"), SIGNATURE, "Ctrl+Z", icon="undo-2")
    CLEAR_SIGNATURE = _row(N_("Clear"), SIGNATURE, icon="trash-2")
    SIGN_AND_CLOSE = _row(N_("Sign and close"), SIGNATURE, "Ctrl+Shift+Return", "Ctrl+Shift+Enter")
    CHOOSE_IMPORT = _row(N_("Choose a file …"), IMPORT, "Ctrl+O")

    SMALL_PAGES = _row(N_("All pages, small"), PREVIEW, icon="columns-3")
    SMALLER = _row(N_("Smaller"), PREVIEW, "Ctrl+-", icon="zoom-out")
    LARGER = _row(N_("Larger"), PREVIEW, "Ctrl++", "Ctrl+=", icon="zoom-in")
    FIT_WIDTH = _row(N_("Fit width"), PREVIEW, "Ctrl+0")
    FIND_NEXT = _built_in(N_("The next place"), PREVIEW, "Return", icon="chevron-down")
    FIND_BEFORE = _row(N_("The place before"), PREVIEW, "Shift+Return", icon="chevron-up")
    SAVE_DOCUMENT = _row(N_("Save as …"), DOCUMENT, "Ctrl+S", icon="save")
    PRINT_DOCUMENT = _row(N_("Print …"), DOCUMENT, "Ctrl+P", icon="printer")
    MAIL_DOCUMENT = _row(N_("Send by mail …"), DOCUMENT, icon="mail")
    SEAL_DOCUMENT = _row(N_("Seal with the certificate …"), DOCUMENT, icon="lock-keyhole")
    COPY_FILE = _row(
        N_("Copy as a file"),
        DOCUMENT,
        "Ctrl+Shift+C",
        icon="copy",
        tip=N_("Puts the PDF on the clipboard, to be pasted into a chat"),
    )
    COPY_PAGE = _row(N_("Copy the page as a picture"), DOCUMENT, "Ctrl+Shift+I", icon="image")
    SUMMARY_CODE = _row(N_("Summary as a code"), DOCUMENT, "Ctrl+Shift+Q", icon="smartphone-nfc")
    OPEN_FOLDER = _row(N_("Open the folder"), DOCUMENT, icon="folder-open")

    ASSIGN = _incident(Action.ASSIGN, "user", "Ctrl+G")
    START = _incident(Action.START, "play", "Ctrl+B")
    HOLD = _incident(Action.HOLD, "pause", "Ctrl+H")
    RESUME = _incident(Action.RESUME, "play", "Ctrl+B")
    RESOLVE = _incident(Action.RESOLVE, "check")
    CLOSE = _incident(Action.CLOSE, "circle-check")
    REOPEN = _incident(Action.REOPEN, "rotate-ccw", "Ctrl+Shift+R")
    CANCEL = _incident(Action.CANCEL, "ban")
    MARK_DUPLICATE = _incident(Action.MARK_DUPLICATE, "copy")
    EDIT_INCIDENT = _incident(Action.EDIT, "pen-line", "Ctrl+E")
    HANDOVER = _incident(Action.HANDOVER, "arrow-right-left", "Ctrl+T")
    ADDENDUM = _incident(Action.ADDENDUM, "message-square", "Ctrl+Shift+D")
    NEXT_STEP = _row(N_("The next step"), INCIDENTS, "Ctrl+Return", "Ctrl+Enter")
    SIGN = _row(N_("Signature of the merchant …"), INCIDENTS, "Ctrl+Shift+S", icon="pen-line")
    ADD_WORK = _row(N_("Add work"), INCIDENTS, "Ctrl+Shift+W", icon="plus")
    SET_OFF = _row(N_("Set off"), INCIDENTS, "Ctrl+Shift+O", icon="move")
    ARRIVE = _row(N_("Arrived"), INCIDENTS, "Ctrl+Shift+A", icon="play")
    LEAVE = _row(N_("Left"), INCIDENTS, "Ctrl+Shift+L", icon="log-out")
    ADD_PART = _row(N_("Add part"), INCIDENTS, "Ctrl+Shift+P", icon="plus")
    ADD_PHOTOS = _row(N_("Add photos …"), INCIDENTS, "Ctrl+Shift+F", icon="image")
    REMOVE_PART = _row(N_("Remove"), INCIDENTS, icon="trash-2")
    OPEN_PARENT = _row(N_("Go to the parent incident"), INCIDENTS, icon="arrow-right-left")
    JOIN_PARENT = _row(N_("Join a parent incident …"), INCIDENTS, icon="arrow-right-left")
    TAKE_IN = _row(N_("Take in an incident …"), INCIDENTS, icon="plus")
    LEAVE_PARENT = _row(N_("Take off its parent"), INCIDENTS, icon="log-out")
    KEEP_LANGUAGE = _row(N_("Use for this merchant"), INCIDENTS)

    ANSWER = _each(N_("Answer yes, no or don't know"), DIAGNOSIS, "Y", "N", "U")
    CHOOSE_ANSWER = _each(N_("Choose an answer"), DIAGNOSIS, *"ABCDEFGHIJ")
    TICK_CHECK = _each(N_("Tick a recommended check"), DIAGNOSIS, *"123456789")
    IT_HELPED = _row(N_("It helped"), DIAGNOSIS, "+")
    IT_DID_NOT_HELP = _row(N_("It did not"), DIAGNOSIS, "-")
    ASK_FURTHER = _row(N_("Ask further"), DIAGNOSIS, "Q")
    SAY_IN_REPORT = _row(N_("Into the report"), DIAGNOSIS, "S")
    ENTER_REQUEST = _row(N_("Enter it in the register …"), DIAGNOSIS, "R", icon="move")
    LEAVE_ENTRY = _built_in(N_("Leave the field, answer by key again"), DIAGNOSIS, "Esc")
    ACCEPT_CLASS = _row(N_("Accept the class"), DIAGNOSIS, "Ctrl+D")

    CHOOSE_ENTRY = _built_in(N_("Choose a numbered entry"), RESOLUTION, *"123456789")
    ALL_PASSED = _row(N_("All passed"), RESOLUTION, "Ctrl+T", icon="copy-check")

    PASTE_PHOTO = _row(N_("Paste"), PHOTOS, "Ctrl+V", "Shift+Ins", icon="copy")
    CAMERA_FOLDER = _row(N_("Camera folder"), PHOTOS, icon="camera")
    VIEW_PHOTO = _row(N_("View"), PHOTOS, icon="eye")
    REMOVE_PHOTO = _row(N_("Remove"), PHOTOS, icon="trash-2")

    REPORT_FAULT = _terminal(TerminalAction.REPORT, "triangle-alert", "Ctrl+Shift+N")
    EDIT_TERMINAL = _terminal(TerminalAction.EDIT, "pen-line", "Ctrl+E")
    SWAP = _terminal(TerminalAction.SWAP, "arrow-right-left", "Ctrl+R")
    RELOCATE = _terminal(TerminalAction.RELOCATE, "move", "Ctrl+M")
    HAND_OVER = _terminal(TerminalAction.HAND_OVER, "hand", "Ctrl+Shift+H")
    CHANGE_STATE = _terminal(TerminalAction.CHANGE_STATE, "refresh-cw", "Ctrl+T")
    ADD_TERMINAL = _row(N_("Add"), TERMINALS, "Ctrl+Shift+A", icon="plus", tip=N_("Add a terminal"))
    IMPORT_TERMINALS = _row(N_("Terminals from a spreadsheet …"), TERMINALS, "Ctrl+I")
    IMPORT_HISTORY = _row(N_("Finished incidents from a spreadsheet …"), TERMINALS)
    SAVE_TEMPLATE = _row(N_("Empty spreadsheet to fill in …"), TERMINALS)
    EXPORT_TERMINALS_CSV = _row(N_("As a CSV file …"), TERMINALS)
    EXPORT_TERMINALS_EXCEL = _row(N_("As an Excel file …"), TERMINALS)
    OPEN_INCIDENT = _row(N_("Open incident"), TERMINALS)
    VISIT_TERMINAL = _row(N_("New visit …"), TERMINALS, "Ctrl+Shift+V")
    NOTE_READING = _row(N_("Note a reading …"), TERMINALS, "Ctrl+Shift+C")

    EARLIER = _row(N_("Earlier"), CALENDAR, "Alt+Left", icon="chevron-left")
    LATER = _row(N_("Later"), CALENDAR, "Alt+Right", icon="chevron-right")
    GO_TO_TODAY = _row(N_("Go to today"), CALENDAR, "Ctrl+D")
    SHOW_MONTH = _row(N_("Month"), CALENDAR)
    SHOW_WEEK = _row(N_("Week"), CALENDAR)
    SHOW_LANES = _row(N_("Lanes"), CALENDAR)
    SHOW_LIST = _row(N_("List"), CALENDAR)
    NEW_VISIT = _row(
        N_("New visit"), CALENDAR, "Ctrl+Shift+V", icon="plus", tip=N_("A visit no plan asked for")
    )
    PRINT_SCHEDULE = _row(N_("Print"), CALENDAR, "Ctrl+P", icon="printer")
    EXPORT_CALENDARS = _row(N_("Calendars (.ics), one for each technician …"), CALENDAR)
    EXPORT_TASKS = _row(N_("Tasks as an Excel file …"), CALENDAR)
    EXPORT_YEAR = _row(N_("Year plan as an Excel file …"), CALENDAR)
    LEVEL_WORK = _row(N_("Level the work …"), CALENDAR)
    GENERATE_VISITS = _row(N_("Generate visits …"), CALENDAR)
    PAST_RUNS = _row(N_("Past runs …"), CALENDAR)
    SHOW_CAPACITY = _row(N_("Capacity …"), CALENDAR, tip=N_("Hours needed against hours there are"))
    DECIDE_MISSED = _row(N_("Missed more than once …"), CALENDAR)
    SHOW_COMPLIANCE = _row(N_("Compliance …"), CALENDAR)
    ADD_ABSENCE = _row(N_("Technician away …"), CALENDAR)
    WITHDRAW_ABSENCE = _row(N_("Take back a leave …"), CALENDAR)
    SHOW_HOLIDAYS = _row(N_("Holidays …"), CALENDAR)
    SHOW_TERRITORIES = _row(N_("Territories …"), CALENDAR)
    SHOW_PLANS = _row(N_("Plans …"), CALENDAR)
    ADD_PLAN = _row(N_("Add a plan …"), CALENDAR)
    INSTALL_PLANS = _row(N_("Take over the recommended plans"), CALENDAR)

    BACK_TO_DAY = _row(N_("Back to the day"), VISIT, "Esc", icon="chevron-left")
    CHECK_TASK = _row(N_("Check now"), VISIT, "Ctrl+B", icon="play")
    SKIP_TASK = _row(N_("Skip …"), VISIT)
    RESCHEDULE = _visit(VisitAction.SCHEDULE, "Ctrl+R", words=N_("Reschedule …"))
    ASSIGN_VISIT = _visit(VisitAction.ASSIGN)
    LOCK_VISIT = _visit(VisitAction.LOCK)
    UNLOCK_VISIT = _visit(VisitAction.UNLOCK)
    START_VISIT = _visit(VisitAction.START)
    FINISH_VISIT = _visit(VisitAction.FINISH)
    CANCEL_VISIT = _visit(VisitAction.CANCEL)

    BACK_TO_VISIT = _row(N_("Back to the visit"), CHECKLIST, "Esc", icon="chevron-left")
    END_CHECKLIST = _row(N_("End the checklist"), CHECKLIST, "Ctrl+Return")
    PASS_LINE = _built_in(N_("Pass"), CHECKLIST, "P")
    FAIL_LINE = _built_in(N_("Fail"), CHECKLIST, "F")
    LINE_NOT_APPLICABLE = _built_in(N_("Not applicable"), CHECKLIST, "N")
    CHOOSE_LINE_ANSWER = _built_in(N_("Choose an answer"), CHECKLIST, *"123456789")
    FIXED_NOW = _built_in(N_("Fixed now"), CHECKLIST, "X")
    INCIDENT_OF_LINE = _built_in(N_("Open an incident"), CHECKLIST, "I")

    EARLIER_WORK = _row(N_("Earlier"), DISPATCH, "Alt+Left", icon="chevron-left")
    LATER_WORK = _row(N_("Later"), DISPATCH, "Alt+Right", icon="chevron-right")
    WORK_TODAY = _row(N_("Go to today"), DISPATCH, "Ctrl+D")
    SHOW_DISPATCH_DAY = _row(N_("One day"), DISPATCH)
    SHOW_DISPATCH_WEEK = _row(N_("Week"), DISPATCH)
    ASSIGN_WORK = _row(
        N_("Assign to …"), DISPATCH, "Ctrl+G", icon="user", tip=N_("Suggests who is most suitable")
    )
    TAKE_WORK_BACK = _row(N_("Take the work back"), DISPATCH, "Ctrl+Shift+G", icon="undo-2")

    SHOW_SHOP = _row(
        N_("Merchant at hand"),
        TODAY,
        "Ctrl+J",
        icon="phone",
        tip=N_("Phone, address, terminals and what is open at the shop of the marked row"),
    )
    COPY_PHONE = _row(N_("Copy the number"), SHOP, "Alt+C", icon="copy")
    DIAL_BY_CODE = _row(N_("Code to dial"), SHOP, "Alt+D", icon="phone")
    COPY_ADDRESS = _row(N_("Copy the address"), SHOP, "Alt+A", icon="copy")
    MAP_BY_CODE = _row(N_("Code for the map"), SHOP, "Alt+M", icon="external-link")

    ACCEPT_WORK = _row(N_("Accept the work"), NEW_WORK, "Ctrl+Y", icon="check")
    REFUSE_WORK = _row(N_("Refuse …"), NEW_WORK, "Ctrl+Shift+Y", icon="undo-2")
    OPEN_TERMINAL = _row(N_("Open terminal"), INSIGHT, icon="smartphone-nfc")
    SEE_TO_WARNING = _row(N_("See to it …"), WARNINGS, "Ctrl+Y", icon="check")
    ACT_ON_WARNING = _row(N_("Act on it …"), WARNINGS, "Ctrl+B", icon="play")
    PLAN_WARNING = _row(N_("Who and until when …"), WARNINGS, "Ctrl+G", icon="user")
    NOTE_WARNING = _row(N_("Remark …"), WARNINGS, "Ctrl+Shift+D", icon="message-square")
    END_WARNING = _row(N_("End …"), WARNINGS, "Ctrl+Shift+E", icon="circle-check")
    REOPEN_WARNING = _row(N_("Take up again …"), WARNINGS, "Ctrl+Shift+R", icon="rotate-ccw")
    PRINT_WARNINGS = _row(N_("Printed digest"), WARNINGS, "Ctrl+P", icon="printer")
    CAMPAIGN_OF_WARNING = _row(N_("Campaign …"), WARNINGS, icon="list-checks")
    VISITS_OF_WARNING = _row(N_("Visit …"), WARNINGS, icon="calendar-days")
    TRAINING_OF_WARNING = _row(N_("Training visit …"), WARNINGS, icon="users")
    PARENT_OF_WARNING = _row(
        N_("Parent incident …"),
        WARNINGS,
        icon="triangle-alert",
        tip=N_("One incident for the cause; the open ones join it"),
    )
    HAND_OVER_WARNING = _row(
        N_("Hand over …"),
        WARNINGS,
        "Ctrl+T",
        icon="arrow-right-left",
        tip=N_("A text for carrier, bank, supplier or acquirer, copied or saved"),
    )

    NEW_CAMPAIGN = _row(N_("New campaign …"), CAMPAIGNS, "Ctrl+Shift+C", icon="plus")
    EDIT_CAMPAIGN = _row(N_("Edit …"), CAMPAIGNS, "Ctrl+E", icon="pen-line")
    TICK_TASKS = _row(N_("Tick as done"), CAMPAIGNS, "Ctrl+D", icon="check")
    EXCUSE_TASKS = _row(N_("Excuse …"), CAMPAIGNS, "Ctrl+H", icon="ban")
    TAKE_UP_TASKS = _row(N_("Take up again …"), CAMPAIGNS, icon="rotate-ccw")
    PLAN_CAMPAIGN_VISITS = _row(
        N_("Plan visits …"),
        CAMPAIGNS,
        "Ctrl+Shift+V",
        icon="calendar-days",
        tip=N_("For the shops where nobody has to go anyway"),
    )
    PRINT_CAMPAIGN = _row(N_("Print …"), CAMPAIGNS, "Ctrl+P", icon="printer")
    CANCEL_CAMPAIGN = _row(N_("Call off …"), CAMPAIGNS, icon="ban")
    TICK_AT_SHOP = _row(N_("Campaign work done"), SHOP, "Alt+K", icon="check")
    CAMPAIGN_OF_FIRMWARE = _row(N_("Update campaign …"), FIRMWARE, icon="list-checks")
    EXPORT_FIGURES_CSV = _row(N_("As a CSV file …"), INSIGHT)
    EXPORT_FIGURES_EXCEL = _row(N_("As an Excel file …"), INSIGHT)
    EXPORT_CHART_PNG = _row(N_("Chart as a PNG picture …"), INSIGHT)
    EXPORT_CHART_SVG = _row(N_("Chart as an SVG drawing …"), INSIGHT)
    PREVIEW_DOCUMENTS = _row(N_("Preview"), REPORTS, "Ctrl+Return", icon="eye")
    ONE_FILE_EACH = _row(N_("One file each …"), REPORTS, icon="folder-open")
    SAVE_AS_TABLE = _row(N_("Save as table …"), REPORTS, icon="download")
    SHOW_ISSUED = _row(N_("Show again"), REPORTS, icon="eye")
    CHOOSE_PDF = _row(N_("Choose a PDF …"), REPORTS, icon="folder-open")
    CHOOSE_FOLDER_TO_PROVE = _row(N_("Choose a folder …"), REPORTS, icon="folder-open")
    SAVE_PROVED_DATA = _row(N_("Save the data …"), REPORTS, icon="download")
    SHOW_TRAIL = _row(
        N_("Audit trail …"),
        ON_RECORD,
        icon="history",
        tip=N_("Everything that was done to it, by whom"),
    )
    SHOW_RECORD = _row(N_("Show the record"), OPERATION, icon="external-link")
    PRINT_LOG = _row(N_("Print …"), TRAIL, "Ctrl+P", icon="printer")
    EXPORT_LOG_CSV = _row(N_("As a CSV file …"), TRAIL)
    EXPORT_LOG_EXCEL = _row(N_("As an Excel file …"), TRAIL)

    WITHDRAW_OPERATION = _row(N_("Take back …"), OPERATION, icon="undo-2")

    SAVE_SETTINGS = _row(N_("Save"), SETTINGS, "Ctrl+S")
    UNDO_CHANGES = _row(N_("Undo changes"), SETTINGS)
    CHOOSE_CERTIFICATE = _row(N_("Certificate …"), SETTINGS, icon="key-round")
    CHOOSE_CAMERA_FOLDER = _row(N_("Camera folder …"), SETTINGS, icon="camera")
    ADD_ENTRY = _row(N_("Add"), DIRECTORY, "Ins", icon="plus")
    EDIT_ENTRY = _row(N_("Edit"), DIRECTORY, icon="pen-line")
    SET_PASSWORD = _row(N_("Set password …"), DIRECTORY, icon="key-round")
    SET_PIN = _row(N_("Set PIN …"), DIRECTORY)
    GIVE_CODE = _row(N_("One-time code …"), DIRECTORY)
    MARK_VERIFIED = _row(N_("Verified today"), DIRECTORY, "Ctrl+Shift+K", icon="check")
    MOVE_STOCK = _row(N_("Move stock …"), DIRECTORY, "Ctrl+M", icon="arrow-right-left")
    IMPORT_PRICES = _row(N_("Price list from a file …"), DIRECTORY, "Ctrl+I", icon="file-input")
    MARK_MERCHANT = _row(N_("Contract and rank …"), DIRECTORY, icon="pen-line")
    EDIT_CODE_TABLE = _row(N_("Code table …"), DIRECTORY, icon="pen-line")
    MERGE_AREAS = _row(N_("Merge with another …"), DIRECTORY, icon="arrow-right-left")
    RETIRE_ENTRY = _row(N_("Take out of use"), DIRECTORY, icon="ban")
    UNDO_ENTRY = _row(N_("Undo the change"), DIRECTORY, icon="undo-2")
    EXPORT_CASES = _row(N_("Export as cases …"), DIRECTORY, icon="save")
    SAVE_KEY = _row(N_("Save the key …"), OFFICE, icon="save")
    COPY_KEY = _row(N_("Copy the key"), OFFICE, icon="copy")
    RENAME_COMPUTER = _row(N_("Rename …"), OFFICE, icon="pen-line")
    RENEW_KEYS = _row(N_("Make new keys …"), OFFICE, icon="key-round")
    BEGIN_OFFICE = _row(N_("Make this the office …"), OFFICE, icon="server")
    TRUST_COMPUTER = _row(N_("Trust a computer …"), OFFICE, icon="plus")
    NAME_PEOPLE = _row(N_("Who works there …"), OFFICE, icon="users")
    TRUST_NO_LONGER = _row(N_("Trust no longer"), OFFICE, icon="ban")
    BACK_UP = _row(N_("Back up now"), DATA, "Ctrl+B", icon="save")
    RESTORE_BACKUP = _row(N_("Restore …"), DATA, icon="history")
    RESTORE_FILE = _row(N_("From a file …"), DATA)
    SECOND_FOLDER = _row(N_("Choose a second folder …"), DATA)
    CHOOSE_DATABASE = _row(N_("Choose another database …"), DATA, icon="server")
    OPEN_DATA_FOLDER = _row(N_("Open folder"), DATA, icon="folder-open")
    CHECK_DATA = _row(N_("Check"), DATA, icon="shield-alert")
    CHECK_DATA_THOROUGHLY = _row(
        N_("Check thoroughly"), DATA, tip=N_("Reads everything; takes longer")
    )
    REBUILD = _row(
        N_("Rebuild from the journal …"),
        DATA,
        tip=N_("Applies every operation since the journal began to the copy it began with"),
    )
    REHEARSE_RESTORE = _row(
        N_("Rehearse a restore …"),
        DATA,
        tip=N_("Restores the newest backup into a place of its own and counts what is in it"),
    )
    ENCRYPT_DATA = _row(N_("Encrypt …"), SECURITY, icon="lock-keyhole")
    ENCRYPT_REST = _row(N_("Encrypt these, too"), SECURITY)
    CHANGE_PASSPHRASE = _row(N_("Change the passphrase …"), SECURITY, icon="key-round")
    OPEN_BY_KEY_STORE = _row(N_("Open without asking …"), SECURITY)
    NEW_RECOVERY_CODE = _row(N_("New recovery code …"), SECURITY)
    CHANGE_DATA_KEY = _row(
        N_("Change the key …"), SECURITY, tip=N_("Encrypts all data anew; others may know the old")
    )
    DECRYPT_DATA = _row(N_("Stop encrypting …"), SECURITY)

    @property
    def row(self) -> ActionRow:
        """What the table says about it."""
        return self.value
