"""What the visits of the maintenance page can be narrowed to."""

from __future__ import annotations

from app.gui.toolkit.language import _
from app.gui.toolkit.topbar import FilterBox


def filter_boxes() -> dict[str, FilterBox]:
    """A box for each field of `read.ScheduleQuery` that narrows; the page fills in the names."""
    return {
        "area": FilterBox(_("Area")),
        "technician_id": FilterBox(_("Technician")),
        "plan_key": FilterBox(_("Plan")),
        "states": FilterBox(
            _("State"),
            [
                ("open", _("open")),
                ("missed", _("missed")),
                ("done", _("done")),
                ("unassigned", _("nobody yet")),
                ("on_leave", _("technician away")),
            ],
        ),
    }
