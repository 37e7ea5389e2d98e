"""Every kind of document.  To add one: a module with a `KIND`, and a line here."""

from __future__ import annotations

from app.reports import service_report
from app.reports.kind import Kind

KINDS: dict[str, Kind] = {kind.id: kind for kind in (service_report.KIND,)}
