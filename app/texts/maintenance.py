"""Words, field labels and error sentences of maintenance."""

from __future__ import annotations

from app.i18n import N_

WORDS: dict[str, dict[str, str]] = {
    "occurrence_state": {
        "forecast": N_("Forecast"),
        "due": N_("Due now"),
        "scheduled": N_("Planned"),
        "last_day": N_("Ends today"),
        "missed": N_("Missed"),
        "done": N_("Completed"),
        "done_late": N_("Done late"),
        "partial": N_("Partly done"),
        "skipped": N_("Skipped"),
        "merged": N_("Missed, merged"),
        "superseded": N_("Included in a longer plan"),
        "void": N_("No longer due"),
        "open": N_("Open"),
    },
    "visit_state": {
        "planned": N_("Planned"),
        "in_progress": N_("In progress"),
        "done": N_("Completed"),
        "partial": N_("Partly done"),
        "cancelled": N_("Cancelled"),
    },
    "visit_action": {
        "create": N_("Created"),
        "schedule": N_("Reschedule"),
        "assign": N_("Assign"),
        "lock": N_("Lock"),
        "unlock": N_("Unlock"),
        "start": N_("Begin"),
        "finish": N_("Finish"),
        "cancel": N_("Call off"),
        "add": N_("Add a task"),
        "settle": N_("Settle"),
        "answer": N_("Answer"),
        "follow_up": N_("Decide about the failed line"),
    },
    "occasion": {
        "calendar": N_("By calendar"),
        "meter": N_("By counter"),
        "event": N_("After an event"),
        "extra": N_("Extra"),
    },
    "scope": {
        "terminal": N_("Terminal"),
        "merchant": N_("Merchant"),
        "estate": N_("All terminals together"),
    },
    "place": {"site": N_("On site"), "remote": N_("Remote"), "office": N_("In the office")},
    "anchor": {
        "start": N_("the same first day for all"),
        "installed": N_("each one's day of installation"),
    },
    "plan_event": {
        "installed": N_("installation"),
        "repaired": N_("repair"),
        "swapped": N_("swap"),
        "relocated": N_("move"),
        "returned": N_("return to service"),
        "updated": N_("update"),
        "incidents": N_("repeated incidents"),
    },
    "confidence": {
        "confirmed": N_("text read"),
        "secondary": N_("from summaries"),
        "unverified": N_("not verified"),
        "house": N_("our own proposal"),
    },
    "unit": {"day": N_("day"), "week": N_("week"), "month": N_("month"), "year": N_("year")},
    "basis": {
        "fixed": N_("fixed: from the first day on"),
        "floating": N_("floating: from the day it was last done"),
    },
    "day_of": {
        "anchor": N_("the day it counts from"),
        "date": N_("a day of the month"),
        "last_day": N_("the last day"),
        "weekday": N_("a weekday of the month"),
        "workday": N_("a working day of the month"),
    },
    "shift": {
        "none": N_("stays on days off"),
        "before": N_("moves to the working day before"),
        "after": N_("moves to the next working day"),
        "skip": N_("is left out on days off"),
    },
    "meter_name": {
        "transactions": N_("Transactions counted"),
        "prints": N_("Prints counted"),
        "swipes": N_("Swipes counted"),
        "charges": N_("Charges counted"),
        "hours": N_("Hours in use"),
    },
    "meter_kind": {
        "transactions": N_("transactions"),
        "prints": N_("prints"),
        "swipes": N_("swipes"),
        "charges": N_("charging cycles"),
        "hours": N_("hours of use"),
    },
    "measure": {
        "months": N_("months"),
        "days": N_("days"),
        "times": N_("times"),
        "items": N_("items"),
        "minutes": N_("minutes"),
    },
    "day_kind": {"off": N_("Day off"), "work": N_("Day worked")},
    "line_kind": {
        "check": N_("Pass or fail"),
        "number": N_("Reading"),
        "choice": N_("Choice"),
        "text": N_("Some words"),
        "photo": N_("Photo"),
        "serial": N_("Serial number"),
        "signature": N_("Signature"),
    },
    "verdict": {"pass": N_("Pass"), "fail": N_("Fail"), "na": N_("Not applicable")},
    "catch_up": {"keep": N_("Keep all dates"), "merge": N_("Merge into the newest")},
    "follow_up": {"fixed_now": N_("Fixed now"), "incident": N_("Incident opened")},
    "day_basis": {
        "notice": N_("notice of the State Council"),
        "law": N_("by law, provisional"),
        "company": N_("the company"),
    },
    "misfit": {
        "past": N_("its window is over"),
        "no_technician": N_("nobody serves the area"),
        "not_suited": N_("nobody there is trained for it or has the vehicle"),
        "no_second": N_("no two people can be there at the same time"),
        "no_workday": N_("nobody works, or the shop is closed, inside its window"),
        "full": N_("all days inside its window are full"),
        "beyond": N_("the period is full, its window goes on after it"),
    },
    "holiday": {
        "New Year's Day": N_("New Year's Day"),
        "Spring Festival": N_("Spring Festival"),
        "Tomb-sweeping Day": N_("Tomb-sweeping Day"),
        "Labour Day": N_("Labour Day"),
        "Dragon Boat Festival": N_("Dragon Boat Festival"),
        "National Day": N_("National Day"),
        "Mid-autumn Festival": N_("Mid-autumn Festival"),
    },
    "why": {
        "plan.resting": N_("the plan rests"),
        "plan.changed": N_("the plan was changed"),
        "generation.changed": N_("nothing was left to do"),
        "generation.undone": N_("the run was undone"),
        "terminal.moved": N_("the terminal stands elsewhere"),
        "catch_up.merged": N_("merged into a later date"),
        "catch_up.keep": N_("kept although missed before"),
        "levelling": N_("levelled"),
        "levelling.past": N_("levelled; its window is over"),
        "levelling.no_technician": N_("levelled; nobody serves the area"),
        "levelling.not_suited": N_("levelled; nobody there is trained for it or has the vehicle"),
        "levelling.no_second": N_("levelled; no two people can be there at the same time"),
        "levelling.no_workday": N_("levelled; nobody works inside its window"),
        "levelling.full": N_("levelled; all days inside its window are full"),
        "levelling.beyond": N_("levelled; the period is full, its window goes on after it"),
        "leave.no_technician": N_("on leave; nobody else serves the area"),
        "leave.not_suited": N_("on leave; nobody else is trained for it or has the vehicle"),
        "leave.for_two": N_("on leave; a job for two, levelling looks for both"),
        "leave.no_workday": N_("on leave; nobody works inside its window"),
        "leave.full": N_("on leave; all days inside its window are full"),
        "leave.locked": N_("on leave; it is locked or begun"),
        "leave": N_("the technician is away"),
        "state.in_repair": N_("the terminal is in repair"),
        "state.spare": N_("the terminal is in stock"),
        "state.suspended": N_("the terminal is suspended"),
        "state.retired": N_("the terminal was retired"),
        "state.in_service": N_("the plan no longer covers it"),
        "gate.passed": N_("inspection before use passed"),
    },
}

TERMINAL_EVENTS: dict[str, str] = {
    "gated": N_("Waits for the inspection before use"),
    "gate_overridden": N_("Put into service without the inspection"),
}

KINDS: dict[str, str] = {
    "plan": N_("Plan"),
    "visit": N_("Visit"),
    "occurrence": N_("Task"),
    "checklist": N_("Checklist"),
    "generation": N_("Run"),
    "absence": N_("Absence"),
    "merchant": N_("Merchant"),
    "estate": N_("All terminals together"),
}

FIELDS: dict[str, str] = {
    "key": N_("Short name"),
    "people": N_("People at the same time"),
    "name_zh": N_("Name (Chinese)"),
    "name_en": N_("Name (English)"),
    "scope": N_("Is about"),
    "place": N_("Where"),
    "every": N_("Every"),
    "unit": N_("Period"),
    "basis": N_("Counted"),
    "on": N_("Day"),
    "number": N_("Which one"),
    "weekday": N_("Weekday"),
    "weekdays": N_("Weekdays"),
    "months": N_("Months"),
    "seasons": N_("Only from … to"),
    "pauses": N_("Not from … to"),
    "shift": N_("On days off it"),
    "early_days": N_("Days early"),
    "late_days": N_("Days late"),
    "anchor": N_("Counts from"),
    "starts_on": N_("First day"),
    "ends_on": N_("Last day"),
    "valid_from": N_("Valid from"),
    "meter_kind": N_("Counter"),
    "meter_every": N_("Counter reaches"),
    "events": N_("Also after"),
    "event_late_days": N_("Days after the event"),
    "incident_times": N_("Number of incidents"),
    "incident_days": N_("Within days"),
    "incident_classes": N_("Only these classes"),
    "acquirers": N_("Acquirers"),
    "manufacturers": N_("Manufacturers"),
    "models": N_("Models"),
    "kinds": N_("Kinds"),
    "states": N_("States"),
    "mids": N_("Merchants (MID)"),
    "serials": N_("Serial numbers"),
    "checklist": N_("Checklist"),
    "covers": N_("Includes the plans"),
    "classes": N_("Classes"),
    "times": N_("How often"),
    "within_days": N_("Within days"),
    "gate": N_("Needed before use"),
    "basis_zh": N_("Why (Chinese)"),
    "basis_en": N_("Why (English)"),
    "source": N_("Source"),
    "confidence": N_("How sure"),
    "planned_on": N_("Planned day"),
    "plan_keys": N_("What is to be done"),
    "start_minute": N_("Begin"),
    "done_on": N_("Done on"),
    "until": N_("Until"),
    "override": N_("Reason to go on without"),
    "clock": N_("Clock"),
    "calendar": N_("Holiday calendar"),
    "first_on": N_("First day"),
    "last_on": N_("Last day"),
    "capacity_minutes": N_("Minutes a day"),
    "value": N_("Reading"),
    "read_on": N_("Read on"),
    "note": N_("Explanation"),
    "occurrence": N_("Task"),
    "generation": N_("Run"),
    "rule": N_("Rule"),
    "follow_up": N_("Failed line"),
    "line": N_("Line"),
    "lines": N_("Lines"),
    "area": N_("Area"),
}

PROBLEMS: dict[str, str] = {
    "rule.no_dates": N_("This rule never comes to a date. Check months, seasons and days off."),
    "rule.which_weekday": N_("Say which one: 1 to 4, or -1 for the last."),
    "rule.which_workday": N_("Say which one: 1 to 10, or -1 for the last."),
    "rule.weekdays_need_weeks": N_("Weekdays belong to a rule that counts in weeks."),
    "rule.day_needs_months": N_("A day of the month belongs to a rule in months or years."),
    "rule.floating_has_no_day": N_(
        "A floating plan counts from the day it was done, so it cannot have a fixed day."
    ),
    "rule.windows_overlap": N_(
        "Early and late days together may be at most {days}, or two windows would overlap."
    ),
    "span.malformed": N_(
        "“{value}” is not a span. Write 03-01..11-30, or 2027-02-10..2027-02-20 for one year."
    ),
    "span.season_has_year": N_("A season comes every year: write {value} without the year."),
    "plan.no_start": N_("Give the first day."),
    "plan.no_occasion": N_("Give a rule, a counter or an event: nothing would ever be due."),
    "plan.terminals_only": N_("This is possible for plans about terminals only."),
    "plan.key_malformed": N_("“{value}” is not a short name: letters, digits, - and _."),
    "plan.site_only": N_("Only visits on site need people, a vehicle or training."),
    "offer.taken": N_("This time is no longer free: the day filled up. Ask again for times."),
    "offer.not_working": N_("Whoever was offered does not work there that day. Ask again."),
    "offer.passed": N_("This time has passed. Ask again for times."),
    "offer.malformed": N_("“{value}” is none of the times offered, like 2026-12-01T09:30/T01."),
    "visit.same_person": N_("The second person must be somebody else."),
    "offer.begun": N_("This visit has begun or is over; it is not offered another day."),
    "capacity.short": N_(
        "With this plan, which adds {hours} h, {needed} people are needed in {month}, and there are"
        " {people}. Do it less often, on fewer terminals or remotely; or save once more to keep it"
        " like this."
    ),
    "capacity.short_areas": N_(
        "With this plan, which adds {hours} h, there are too few people for: {areas}. Name somebody"
        " for these areas, or do it less often or remotely; or save once more to keep it like this."
    ),
    "plan.key_taken": N_("There is a plan {value} already."),
    "plan.covers_itself": N_("A plan cannot include itself."),
    "plan.not_registered": N_("Not in the register: {value}"),
    "clock.jumped": N_(
        "The computer's date is {day}, more than a year after the last run. Check the clock, or"
        " confirm that it is right."
    ),
    "clock.back": N_(
        "The computer's date is earlier than at the last run, so nothing is generated by itself."
        " Check the clock; if it is right, generate the visits by hand."
    ),
    "clock.lost": N_(
        "The note of when visits were generated last is damaged, so nothing is generated by itself."
        " Check the data (settings, or poscare check), then generate the visits by hand: everything"
        " since the oldest plan is looked at, and nothing is planned twice."
    ),
    "generation.undone": N_("This run was undone already."),
    "calendar.twice": N_("{day} stands in the file twice."),
    "calendar.not_a_weekend": N_("{day} is no weekend, so it cannot be a worked weekend."),
    "calendar.endless_rest": N_(
        "With these days nobody would work for more than {most} days in a row. Check the days."
    ),
    "calendar.json": N_(
        "“{name}” is no list of holidays: a JSON file needs “days” with “date” and “isOffDay”."
    ),
    "calendar.no_workday": N_("There is no working day near {day} in the holiday calendar."),
    "visit.outside_window": N_(
        "This day is outside the window {opens} to {closes}. Say why, and it can be moved there."
    ),
    "visit.on_leave": N_("The technician is away on {day}."),
    "visit.other_site": N_("This task belongs to another merchant."),
    "visit.not_together": N_("Work for all terminals together needs a visit of its own."),
    "visit.not_maintained": N_(
        "No visit can be planned for this terminal: it is retired, or stands at no merchant."
    ),
    "visit.has_checklist": N_("This task has a checklist. Work through it."),
    "visit.nothing_done": N_("Nothing was done yet. Call the visit off instead."),
    "checklist.bad_file": N_("{file}, entry {entry}: {problem}. No checklist was taken over."),
    "checklist.none": N_("This plan has no checklist."),
    "checklist.answer_missing": N_("Not answered."),
    "checklist.why_not_applicable": N_("Say why this does not apply."),
    "checklist.follow_up_missing": N_("Failed: fixed now, or an incident?"),
    "checklist.say_how_fixed": N_("Say how it was fixed."),
    "checklist.no_terminal": N_("There is no terminal here to open an incident for."),
    "gate.missing": N_(
        "Terminal {serial} needs the inspection before use first. To go on without, give a reason."
    ),
    "levelling.nobody": N_("No technician works in this period."),
}
