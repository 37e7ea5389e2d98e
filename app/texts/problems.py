"""The sentences of error codes; those of one subject stand in its own module beside this one.  To
add a code: add its sentence and translate it."""

from __future__ import annotations

from app.i18n import N_

PROBLEMS: dict[str, str] = {
    # text and numbers
    "text.missing": N_("Please fill this in."),
    "text.not_storable": N_("This holds characters that cannot be stored. Please type it again."),
    "text.too_long": N_("Too long: {length} characters, at most {limit} fit."),
    "text.card_number": N_(
        "This holds a card number, PIN or identity number, which must not be stored."
        " Take it out, or keep only the last four digits."
    ),
    "text.card_split": N_(
        "Together with another field this is a card number, which must not be stored. Take it out"
        " of both, or keep only the last four digits."
    ),
    "file.not_looked_through": N_(
        "“{name}” opens with a password only. Whether a card number stands in it cannot be seen, so"
        " it is not kept. Save it without the password first."
    ),
    "file.too_many_pages": N_("“{name}” has more than {most} pages. Add only those that matter."),
    "file.card_number": N_(
        "{name} holds a card number, PIN or identity number ({place}), which must not be stored."
        " Black it out or take it out, then add the file again."
    ),
    "number.malformed": N_("“{value}” is not a number. Write digits, for example 12 or 3.5."),
    "money.malformed": N_(
        "“{value}” is not a clear amount. Write yuan with at most two digits after a point, for"
        " example 1234.56 or 1,234.56."
    ),
    "resolution.test_unknown": N_("“{value}” is not one of the tests: {known}."),
    "closing.not_signed": N_(
        "No signature of the merchant is stored. Let them sign first, or say how it was confirmed."
    ),
    "meter.lower": N_(
        "{value} is less than {earlier}, read on {day}. Read it again; if the counter was reset or"
        " replaced, say so."
    ),
    "stop.reason_missing": N_(
        "This calls for a safety stop. It is only taken back with the reason: who says, after"
        " looking, that it is not so."
    ),
    "check.no_outcome": N_(
        "This is an instruction: it was carried out or not, and it does not end the trouble."
    ),
    "number.whole": N_("“{value}” must be a whole number."),
    "number.out_of_range": N_("{value} is outside the allowed range {least} to {most}."),
    "choice.unknown": N_("“{value}” is not one of the choices."),
    "date.malformed": N_("“{value}” is not a date. Write year-month-day, for example 2026-03-31."),
    "date.impossible": N_("{value} does not exist in the calendar."),
    "date.out_of_range": N_("{value} is not between {earliest} and {latest}."),
    "date.in_future": N_("This lies in the future. Check date and time."),
    "date.past": N_("This day is already past."),
    "date.before": N_("This is before {other}."),
    "time.malformed": N_("“{value}” is not a time. Write hours:minutes, for example 09:30."),
    "email.malformed": N_("“{value}” is not an e-mail address."),
    # identifiers
    "serial.missing": N_("The serial number is missing."),
    "serial.malformed": N_(
        "“{value}” is not a serial number: 4 to 50 letters and digits, as on the label."
    ),
    "serial.known": N_("A terminal with serial number {value} is already registered."),
    "serial.twice": N_("Serial number {value} stands in row {row} already."),
    "serial.fixed": N_("A device keeps its serial number. Use “Swap” to put in another device."),
    "serial.retired": N_("Terminal {value} was retired; its serial number is not used again."),
    "tid.missing": N_("The TID is missing."),
    "tid.malformed": N_("“{value}” is not a TID: exactly 8 letters or digits."),
    "tid.taken": N_("TID {value} belongs to terminal {other}."),
    "tid.twice": N_("TID {value} is given twice, also to terminal {other}."),
    "mid.missing": N_("The merchant number (MID) is missing."),
    "mid.malformed": N_("“{value}” is not a MID: exactly 15 digits."),
    "iccid.malformed": N_("“{value}” is not an ICCID: 18 to 20 digits from the SIM card."),
    "iccid.doubtful": N_("ICCID {value} does not start with 8986 as SIM cards in China do."),
    "imei.malformed": N_("“{value}” is not an IMEI: 15 digits."),
    "imei.check_digit": N_("IMEI {value} has a wrong check digit. Please read it again."),
    "zone.unknown": N_(
        "There is no time zone “{value}”. Write it as Asia/Shanghai; empty for none."
    ),
    "uscc.malformed": N_("“{value}” is not a unified social credit code: 18 characters."),
    "uscc.check": N_("Unified social credit code {value} has a wrong check character."),
    "phone.malformed": N_("“{value}” is not a telephone number."),
    "device.of_another": N_(
        "Another computer numbers by the letter {device} ({names}). Choose another one."
    ),
    "device.malformed": N_("Use one letter, with up to two digits after it, for example A or L7."),
    "kind.unknown": N_("“{value}” is not a known terminal type."),
    "link.unknown": N_("“{value}” is not a known connection type."),
    "merchant.conflicting": N_("The same MID also appears as “{other}”; that name is kept."),
    # register
    "swap.not_placed": N_("Terminal {serial} stands at no merchant, so it cannot be swapped."),
    "swap.same_device": N_("This is the same device. Enter the serial number of the new one."),
    "swap.placed_elsewhere": N_("Terminal {serial} stands at another merchant."),
    "swap.unsent": N_(
        "Settle or upload unsent transactions first, then confirm it: a swap would lose them."
    ),
    "relocate.same_place": N_("The terminal already stands there."),
    "state.not_placed": N_("A terminal in service must stand at a merchant. Place it first."),
    "technician.home": N_(
        "“{value}” is not a place: two numbers, degrees north and east, like 31.2304, 121.4737."
    ),
    "vehicle.plate_taken": N_("Another vehicle has the plate {value}."),
    "area.name_taken": N_("There is an area {value} already; merge the two instead."),
    "area.inside_itself": N_("An area cannot lie inside itself."),
    "technician.code_taken": N_("Code {value} belongs to another technician."),
    "model.known": N_("Model {value} of this manufacturer is already in the list."),
    "contact.unreachable": N_("Give a telephone number or an e-mail address."),
    # import
    "import.column_missing": N_("No column is chosen for this field."),
    "file.missing": N_("There is no file {name}."),
    "file.unreadable": N_(
        "{name} cannot be read: it is not there, or another program has it open."
    ),
    "file.too_large": N_("{name} is larger than {limit} MB."),
    "file.too_many_rows": N_("{name} has more than {limit} rows. Split it."),
    "file.empty": N_("{name} holds no table."),
    "file.encoding": N_("{name} is not written in {encoding}. Choose another encoding."),
    "file.protected": N_(
        "{name} is password-protected or an old .xls file. Save it as .xlsx without password."
    ),
    "file.other_kind": N_("{name} is a picture or another kind of file, not a table."),
    "file.not_a_workbook": N_("{name} is not a readable Excel file."),
    "file.not_a_table": N_("{name} cannot be read as a table: {detail}"),
    "file.bomb": N_("{name} unpacks to far more than it should and was not opened."),
    "file.unwritable": N_("{path} cannot be written. Choose another place."),
    "image.unknown": N_(
        "{name} is not a picture this program can print. Choose a JPEG, PNG, WebP, HEIC, GIF, BMP"
        " or TIFF file."
    ),
    "image.too_large": N_("The picture is larger than {limit} MB."),
    "history.unknown_terminal": N_("No terminal {value} is registered. Import terminals first."),
    # incidents
    "incident.terminal_missing": N_("Choose a terminal, or enter the serial number you see on it."),
    "incident.nothing_reported": N_("Enter the code on the screen or say what is wrong."),
    "incident.duplicate_of_itself": N_("Choose another incident that was reported first."),
    "hold.expected_missing": N_("Say until when the work waits."),
    "resolution.mode_missing": N_("Choose the failure mode."),
    "resolution.cause_missing": N_("Choose the cause."),
    "resolution.remedy_missing": N_("Choose what remedied it."),
    "resolution.action_missing": N_("Say what was done."),
    "resolution.test_missing": N_("Test at least one function before it counts as solved."),
    "resolution.trade_missing": N_(
        "No test of the terminal is needed. See the merchant take a payment, then mark “Merchant"
        " takes payments”."
    ),
    "resolution.test_failed": N_("A test failed, so this is not solved yet."),
    "resolution.stopped": N_(
        "The safety stop is still in force: this terminal must not be powered or tested. Swap it"
        " and test the new one, or choose the result that fits, such as “To the workshop”."
    ),
    "resolution.trouble_open": N_("“{trouble}” was reported, too: say what became of it."),
    "resolution.trouble_left": N_("Say why “{trouble}” was left for another time."),
    "resolution.no_such_trouble": N_(
        "The report tells of {count} troubles beside this class and mode; more answers were given."
    ),
    "resolution.mode_foreign": N_("This failure mode does not belong to the fault class."),
    "resolution.cause_foreign": N_("This cause does not belong to the failure mode."),
    "resolution.remedy_foreign": N_("This remedy does not belong to the cause."),
    # diagnosis
    "cases.malformed": N_("Line {line} of {name} is no case: {detail}"),
    "cases.none": N_("No line has a label to compare with."),
    "knowledge.forget_unconfirmed": N_("This cannot be undone. Repeat it with --yes."),
    "knowledge.no_json": N_("{name} is no JSON object: {detail}"),
    "knowledge.unnamed": N_("Give the entry a name."),
    "knowledge.contact_stays": N_(
        "A contact can be changed, not retired: somebody must be called."
    ),
    "knowledge.stop_stays": N_(
        "Signs and questions of a safety stop cannot be changed or retired, and none can be added."
    ),
    "knowledge.does_not_fit": N_(
        "The entry does not fit the catalogue: {entry}, {problem}. Nothing was changed."
    ),
    "trail.malformed": N_("The stored diagnosis cannot be read."),
    # documents
    "document.malformed": N_("The data inside the document is wrong at {place}."),
    "document.version": N_("The document was written by a newer POSCare (version {found})."),
    "document.no_data": N_("There is no POSCare data inside this file."),
    "code.not_a_document": N_(
        "That is no code of a document. Scan the QR code at the upper right of its first page;"
        " papers printed by earlier versions carry no hash in it."
    ),
    "code.none_in_picture": N_(
        "No code of a document can be read in this picture. Photograph the upper right of the first"
        " page straight from above, sharp and without a shadow."
    ),
    "document.no_table": N_("This document is no list; it can be saved as PDF only."),
    "document.nothing_selected": N_("Nothing was selected to print."),
    "document.no_swap": N_("No terminal was swapped in incident {number}."),
    "document.nothing_inspected": N_("Visit {number} has no task to inspect."),
    "file.locked": N_("The file opens with a password only; nothing of it can be proved."),
    "file.not_a_pdf": N_("This is not a readable PDF file."),
    "file.blank": N_("The file is empty."),
    "file.type_refused": N_(
        "Only pictures (JPEG, PNG, WebP, HEIC, GIF, BMP, TIFF), PDF and plain text are kept."
    ),
    "file.too_many": N_("There are already {limit} files here."),
    "photo.heic": N_(
        "This computer cannot read HEIC pictures. Set the camera to JPEG, or export as JPEG."
    ),
    "photo.too_large": N_(
        "The picture has {width} × {height} pixels; {limit} million are the most. Save it smaller,"
        " or photograph with less resolution."
    ),
    "photo.cannot_decode": N_(
        "Pictures cannot be read at the moment. The file is kept as it came; try again later or"
        " start the program anew."
    ),
    "photo.damaged": N_("The picture is damaged and cannot be shown."),
    "files.disk_full": N_("The disk is full. Free some space and try again; nothing was lost."),
    "files.unwritable": N_(
        "{path} cannot be written. Is it open in another program, or the folder read-only?"
    ),
    "demo.foreign_folder": N_("{path} is not a folder of the demo. Choose another with --out."),
    "files.no_access": N_(
        "This user has no right to use {path}. Ask whoever looks after this computer to allow"
        " reading and writing there."
    ),
    "files.failed": N_("The file could not be written to {path}: {detail}"),
    "files.differs": N_("What was written to {path} differs from what was meant. Check the disk."),
    "files.damaged": N_("The stored file {name} is damaged. Restore it from a backup."),
    "secrets.no_key_store": N_(
        "The key store of this system cannot be reached or is locked. Sign in to the desktop as"
        " usual, unlock it and try again."
    ),
    "secrets.unreadable": N_("The stored secret in {path} is damaged. Enter or make it anew."),
    "printer.refused": N_("The printer {name} does not take the document."),
    "printer.unknown": N_("The print service knows no printer {name}. Is it running?"),
    "printer.rejecting": N_("The printer {name} takes no jobs now. Look at it, or choose another."),
    "printer.denied": N_("You may not print on {name}. Ask whoever looks after the printers."),
    "printer.no_service": N_("The print service of this computer does not answer."),
    "printer.failed": N_("The printer {name} did not take the document: {reason}"),
    "pattern.unknown": N_("“{name}” is not known in a name pattern. Known: {known}."),
    "pattern.malformed": N_("The name pattern has an unmatched brace."),
    "pattern.constant": N_("The name pattern gives every file the same name; put the number in."),
    "period.too_long": N_("The period is longer than {days} days."),
    "signature.missing": N_("Sign in the box, or say why nobody signs."),
    "signature.too_small": N_("That is too small for a signature. Please sign again."),
    "signature.too_long": N_("That is too much for a signature. Please sign again."),
    "seal.twice": N_(
        "The document bears a seal already. Seal the unsealed file, or keep the seal it has."
    ),
    "seal.unproved": N_(
        "Not sealed: the file is not exactly what its data says. Print the document anew."
    ),
    "seal.not_issued": N_(
        "Not sealed: this very file did not leave from this database."
        " Seal it where it was issued, or print it anew here."
    ),
    "seal.replaced": N_(
        "Not sealed: a newer version of this document was issued since. Seal that one."
    ),
    "seal.not_valid_today": N_(
        "Not sealed: the certificate is valid from {since} to {until} only. Ask for a new one."
    ),
    "seal.no_stamp": N_(
        "Not sealed: the time stamping authority {address} gave no time stamp. Try again later,"
        " or seal without one."
    ),
    "seal.stamp_address": N_(
        "{address} is no address of a time stamping authority (http:// or https://)."
    ),
    "seal.unreadable": N_("What looks like a seal in the file cannot be read."),
    "seal.not_a_root": N_("What was given to vouch for the seal is no certificate (PEM or DER)."),
    "seal.not_installed": N_("Sealing is not installed on this computer (poscare[seal])."),
    "seal.certificate_missing": N_("Name the company's certificate, or set it in the settings."),
    "seal.cannot_open": N_("{name} cannot be opened: wrong passphrase, or no PKCS#12 file."),
    "seal.no_secret": N_(
        "{name} cannot be opened: no passphrase was given. Put it into the environment variable"
        " {variable}, or name another one with {option}."
    ),
    "seal.no_token": N_("The card or token does not answer ({detail})."),
    # general
    "not_found": N_("{kind} {key} does not exist."),
    "not_allowed": N_("“{action}” is not possible in the state “{state}”."),
    "conflict": N_("Somebody else saved {kind} {key} meanwhile. Reload to see their version."),
    "cancelled": N_("Stopped. Nothing was changed."),
    "bad_knowledge": N_("The fault catalogue is wrong in {file}, {entry}: {problem}"),
    # database and machine
    "db.locked": N_(
        "Another program kept the database busy for too long, so nothing was saved. Try again."
    ),
    "db.disk_full": N_("The disk is full, so nothing was saved. Free some space, then try again."),
    "db.read_only": N_("The database cannot be written here, only read."),
    "db.cannot_open": N_("The database cannot be opened. Check that its folder exists."),
    "db.not_a_database": N_("The file is not a POSCare database. It was left as it is."),
    "db.damaged": N_("The database is damaged. It was left as it is; restore a backup."),
    "db.storage_failed": N_("The disk reported an error. Stop working and copy your backups."),
    "db.old_sqlite": N_("SQLite {version} is too old to be safe. Reinstall POSCare."),
    "db.no_wal": N_("This folder does not support safe writing ({mode}). Use a local disk."),
    "db.foreign": N_("The file belongs to another program. It was left as it is."),
    "db.newer_schema": N_(
        "The database was written by a newer POSCare (schema {found}, this one knows {known})."
        " Install the newer version."
    ),
    "db.upgrade_broke_references": N_(
        "The upgrade would break {count} references in {table}; nothing was changed."
    ),
    "db.upgrade_lost_rows": N_("The upgrade would lose rows in {tables}; nothing was changed."),
    "db.network_folder": N_("{path} is on a network drive ({kind}). Use a local disk."),
    "db.synced_folder": N_(
        "{path} is synchronised by {service}, which would damage the database."
        " Use a folder that is not."
    ),
    "db.folder_unwritable": N_("{path} cannot be created or written."),
    "backup.not_a_file": N_(
        "The database is on a server. A copy of it is made by “poscare backup”, which calls"
        " pg_dump."
    ),
    "backup.failed": N_(
        "The backup could not be written to {path} ({detail}). Earlier backups are intact."
    ),
    "backup.not_a_folder": N_("{path} is a file. Name a folder for the copy."),
    "restore.failed": N_(
        "The backup could not be put in place ({detail}). The database is as it was."
    ),
    "start.cannot_take_over": N_(
        "The other process still has the data open, and this system does not let it be taken away."
        " End that process, or start the computer anew, and try again."
    ),
    "agreement.hours": N_(
        "“{value}” are no service hours: write 0900-1800, or 0900-1800w for working days only;"
        " empty is round the clock."
    ),
    "agreement.never_over": N_(
        "In these service hours the promised time would take {days} days of service; at most {most}"
        " fit. Give more service hours or fewer hours until resolved."
    ),
    "agreement.known": N_("There is an agreement named “{value}” already: change that one."),
    "agreement.same_scope": N_(
        "“{name}” is for exactly the same cases: change that one, or take it out of use first."
    ),
    "targets.order": N_("It cannot be resolved before work has to begin: enter more hours."),
    "settings.bad_value": N_(
        "The value of the setting “{key}” cannot be used; the usual one is in use."
        " Please look at it in Settings."
    ),
    "settings.earlier_value": N_(
        "The setting “{key}” is missing or cannot be used; the value saved last is in use."
    ),
    "settings.unknown": N_("Not known here and left out of the settings: {key}"),
    "settings.damaged": N_("The settings in {path} are damaged and cannot be used."),
    "settings.password_moved": N_(
        "The password of the server stood in the settings file. It was moved to the key store of"
        " this user and taken out of the file."
    ),
    "settings.kept": N_("The settings in {path} were damaged. They are kept as {kept}."),
    "settings.lost": N_("The settings in {path} are gone."),
    "settings.unreadable": N_("The settings in {path} cannot be read."),
    "settings.from_copy": N_("The settings saved last are in use."),
    "settings.from_defaults": N_(
        "There is no earlier copy, so the usual settings are in use. Please look through them in"
        " Settings, above all the letter of this laptop."
    ),
    "settings.letter_found": N_(
        "The letter of this laptop was not in the settings. {letter} is used, as in the database"
        " until now. Please check it in Settings."
    ),
    "settings.newer": N_("The settings in {path} were written by a newer version ({version})."),
    "settings.unwritable": N_("The settings cannot be written to {path}."),
}
