"""The maintenance page: calendar, lanes, list; visits, checklists; plans, levelling, printing."""
