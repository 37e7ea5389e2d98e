"""What is said about people, rights and signing in."""

from __future__ import annotations

from collections.abc import Sequence

from app.i18n import N_, Translator

PROBLEMS: dict[str, str] = {
    "permission.sign_in": N_("Sign in first."),
    "permission.view_only": N_(
        "The database cannot be written here, so it is only shown. To work, copy its folder to a"
        " place you may write to."
    ),
    "permission.server_away": N_(
        "The server does not answer, so its last copy is shown, which cannot be changed. It is"
        " tried again and again; then work goes on."
    ),
    "permission.role": N_("{operation}: only {who} may do this. Ask one of them."),
    "permission.own": N_(
        "{operation}: with somebody else's record only {who} may do this. Ask one of them."
    ),
    "permission.only_here": N_(
        "Roles, and people who may more than a technician, are changed in the office only."
    ),
    "permission.only_self": N_("{operation}: each does this for themselves only."),
    "sign_in.wrong": N_("Code or password is wrong."),
    "sign_in.wait": N_(
        "Too many wrong attempts for this person. Try again in {seconds} seconds. A one-time code"
        " from an administrator or manager, or the recovery code, opens at once."
    ),
    "sign_in.no_screen": N_(
        "A password or PIN is needed. Give it in {variable}, or run the command in a terminal."
    ),
    "sign_in.who": N_("Say who you are: --as CODE, or POSCARE_PERSON."),
    "password.too_short": N_("At least {least} characters; a short sentence is easy to remember."),
    "password.too_long": N_("At most {most} characters."),
    "password.common": N_("This password is one of the first to be tried. Choose another."),
    "password.about_you": N_("The password must not be your own code or name."),
    "password.differs": N_("The two passwords differ. Type both again."),
    "password.wrong": N_("The password is wrong."),
    "password.first_administrator": N_(
        "The first password must be that of the administrator, {name}, who can then let the others"
        " in."
    ),
    "pin.malformed": N_("{least} to {most} digits."),
    "pin.simple": N_("This PIN is too easy to guess. Choose digits without an order."),
    "pin.no_password": N_("A PIN needs a password beside it. Set the password first."),
    "pin.wrong": N_("PIN or password is wrong."),
    "pin.used_up": N_("{tries} wrong PINs. Now only the password opens."),
    "people.no_sign_in": N_("Nobody needs to sign in yet, so nobody needs a code."),
    "people.not_active": N_("{name} no longer works here. Mark them as working here first."),
    "people.last_administrator": N_(
        "This is the last administrator who can sign in. Make somebody else administrator first,"
        " with a password."
    ),
}

FIELDS: dict[str, str] = {
    "password": N_("Password"),
    "old_password": N_("Password until now"),
    "pin": N_("PIN"),
    "fieldwork": N_("Goes on visits"),
    "again": N_("The same again"),
}

WORDS: dict[str, dict[str, str]] = {
    "technician_role": {
        "technician": N_("Technician"),
        "lead": N_("Team lead"),
        "manager": N_("Manager"),
        "auditor": N_("Auditor"),
        "administrator": N_("Administrator"),
    },
    "operation": {
        "incident.open": N_("Report an incident"),
        "incident.edit": N_("Edit an incident"),
        "incident.triage": N_("Sort an incident in"),
        "incident.assign": N_("Assign an incident"),
        "incident.dispatch": N_("Hand an incident to a technician"),
        "incident.take_back": N_("Take an incident back"),
        "incident.accept": N_("Accept an incident"),
        "incident.refuse": N_("Refuse an incident"),
        "incident.start": N_("Begin work"),
        "incident.hold": N_("Put an incident on hold"),
        "incident.resume": N_("Go on with an incident"),
        "incident.resolve": N_("Resolve an incident"),
        "incident.close": N_("Close an incident"),
        "incident.reopen": N_("Reopen an incident"),
        "incident.cancel": N_("Cancel an incident"),
        "incident.mark_duplicate": N_("Mark an incident as duplicate"),
        "incident.add_work": N_("Enter work"),
        "incident.note_trip": N_("Note a trip"),
        "incident.note_check": N_("Note a check"),
        "incident.remove_check": N_("Take a check back"),
        "incident.note_stop_withdrawn": N_("Take a safety stop back"),
        "incident.note_stops": N_("Note what a diagnosis stops"),
        "incident.add_part": N_("Enter a part"),
        "incident.remove_part": N_("Take a part back"),
        "incident.hand_over": N_("Hand an incident over"),
        "incident.add_addendum": N_("Add an addendum"),
        "incident.import": N_("Import past incidents"),
        "incident.join_parent": N_("Join incidents to a parent"),
        "incident.leave_parent": N_("Take an incident off its parent"),
        "knowledge.forget": N_("Forget what was learned"),
        "knowledge.edit": N_("Change the fault catalogue"),
        "knowledge.retire": N_("Retire an entry of the fault catalogue"),
        "knowledge.undo": N_("Undo a change of the fault catalogue"),
        "warning.acknowledge": N_("See to a warning"),
        "warning.act": N_("Act on a warning"),
        "warning.note": N_("Add a remark to a warning"),
        "warning.plan": N_("Say who sees to a warning, and until when"),
        "warning.close": N_("End a warning"),
        "warning.reopen": N_("Take up an ended warning"),
        "warning.make_campaign": N_("Make a campaign of a warning"),
        "warning.make_parent": N_("Open a parent incident for a warning"),
        "warning.hand_over": N_("Hand a warning over"),
        "warning.set_level": N_("Set how sure warnings must be"),
        "campaign.create": N_("Make a campaign"),
        "campaign.edit": N_("Edit a campaign"),
        "campaign.do": N_("Tick terminals of a campaign"),
        "campaign.excuse": N_("Excuse terminals from a campaign"),
        "campaign.take_up": N_("Take terminals of a campaign up again"),
        "campaign.cancel": N_("Call a campaign off"),
        "campaign.plan_visits": N_("Plan the visits of a campaign"),
        "terminal.register": N_("Register a terminal"),
        "terminal.update": N_("Edit a terminal"),
        "terminal.relocate": N_("Move a terminal"),
        "terminal.swap": N_("Swap a terminal"),
        "terminal.change_state": N_("Change the state of a terminal"),
        "custody.hand_over": N_("Hand a device over"),
        "register.import": N_("Import terminals"),
        "model.save": N_("Edit models"),
        "acquirer.set_profile": N_("Edit acquirers"),
        "contact.save": N_("Edit contacts"),
        "part.save": N_("Edit the parts catalogue"),
        "part.import": N_("Import a price list"),
        "stock.receive": N_("Receive parts"),
        "stock.load_van": N_("Load parts into a van"),
        "stock.unload_van": N_("Bring parts back from a van"),
        "stock.count": N_("Count parts"),
        "merchant.set_language": N_("Set the language of a merchant"),
        "merchant.set_service": N_("Note contract and rank of a merchant"),
        "agreement.save": N_("Edit agreed times"),
        "meter.record": N_("Record a counter"),
        "plan.save": N_("Edit maintenance plans"),
        "plan.set_active": N_("Let a plan rest or take it up again"),
        "plan.install": N_("Take over the recommended plans"),
        "checklist.save": N_("Edit checklists"),
        "generation.keep_anchors": N_("Generate visits: where dates count from"),
        "generation.change_dates": N_("Generate visits: dates that changed"),
        "generation.answer_dates": N_("Generate visits: dates other work answers"),
        "generation.join_visits": N_("Generate visits: tasks onto visits there are"),
        "generation.add_visits": N_("Generate visits: new visits"),
        "generation.run": N_("Generate visits"),
        "occurrence.settle_missed": N_("Decide about missed maintenance"),
        "generation.undo": N_("Undo a generation"),
        "visit.level": N_("Spread visits over days and people"),
        "visit.add_extra": N_("Plan an extra visit"),
        "visit.schedule": N_("Plan a visit"),
        "visit.dispatch": N_("Hand a visit to a technician"),
        "visit.take_back": N_("Take a visit back"),
        "visit.accept": N_("Accept a visit"),
        "visit.refuse": N_("Refuse a visit"),
        "visit.add_task": N_("Add a task to a visit"),
        "visit.take_along": N_("Take an incident along on a visit"),
        "visit.start": N_("Begin a visit"),
        "occurrence.complete": N_("Complete a task"),
        "occurrence.skip": N_("Skip a task"),
        "visit.finish": N_("Finish a visit"),
        "visit.cancel": N_("Cancel a visit"),
        "checklist.begin": N_("Begin a checklist"),
        "checklist.answer": N_("Answer a checklist"),
        "checklist.follow_up": N_("Report what a checklist found"),
        "checklist.finish": N_("Finish a checklist"),
        "dispatch.see": N_("See new work"),
        "leave.enter": N_("Enter leave"),
        "leave.remove": N_("Take an absence back"),
        "technician.set_week": N_("Set somebody's working week"),
        "calendar.load": N_("Load the working calendar"),
        "calendar.load_company": N_("Load the company's own days off"),
        "calendar.set_company_day": N_("Set a day off of the company"),
        "territory.keep": N_("Say who looks after sites"),
        "vehicle.save": N_("Edit a vehicle"),
        "area.save": N_("Edit an area"),
        "area.merge": N_("Merge areas"),
        "attachment.add": N_("Add a photo or file"),
        "attachment.change": N_("Edit a photo or file"),
        "attachment.remove": N_("Remove a photo or file"),
        "attachment.decode": N_("Read a photo again"),
        "incident.sign": N_("Sign a report"),
        "visit.sign": N_("Sign an inspection sheet"),
        "document.issue": N_("Issue a document"),
        "document.hand_out": N_("Hand a document out"),
        "wording.save": N_("Change what papers say and show of the house"),
        "document.publish_key": N_("Write down the key that signs paper"),
        "document.hand_out_calendar": N_("Hand a technician's calendar out"),
        "document.seal": N_("Seal a document"),
        "conflict.settle": N_("Settle a conflict"),
        "operation.withdraw": N_("Withdraw what was not exchanged yet"),
        "exchange.arrange": N_("Decide with whom this computer exchanges"),
        "exchange.carry": N_("Write packages and take them in"),
        "exchange.read": N_("Read how far the exchange is"),
        "log.read": N_("Read the log"),
        "database.bring": N_("Own records brought along"),
        "database.genesis": N_("Log begun"),
        "database.restored": N_("Backup restored"),
        "technician.sign_in_noted": N_("Password, PIN or one-time code set"),
        "technician.make_administrator": N_("Make the first administrator"),
        "form.keep": N_("Keep what is half filled"),
        "backup.make": N_("Make a backup"),
        "backup.restore": N_("Restore a backup"),
        "encryption.change": N_("Change the encryption of this computer"),
        "settings.change": N_("Change the settings"),
        "settings.note": N_("Settings changed"),
        "technician.save": N_("Edit people"),
        "people.set_role": N_("Give roles"),
        "people.give_code": N_("Give a one-time code"),
        "people.set_password": N_("Set a password"),
        "people.set_pin": N_("Set a PIN"),
    },
}


def role_words(t: Translator, roles: Sequence[str]) -> str:
    """Roles in one phrase, the last one after “or”."""
    words = WORDS["technician_role"]
    *others, last = (t(words[role]) for role in roles)
    if not others:
        return last
    return t("{some} or {last}", some=t(", ").join(others), last=last)
