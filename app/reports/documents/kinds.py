"""Every kind of document.  To add one: a module with a `KIND`, and a line here."""

from __future__ import annotations

from app.reports.documents import (
    addendum,
    compliance,
    device_list,
    inspection,
    labels,
    merchant_summary,
    monthly,
    route,
    schedule_month,
    schedule_week,
    schedule_year,
    service_report,
    swap_note,
    terminal_history,
    warning_digest,
)
from app.reports.documents.kind import DocumentKind

KINDS: dict[str, DocumentKind] = {
    kind.id: kind
    for kind in (
        service_report.KIND,
        addendum.KIND,
        swap_note.KIND,
        inspection.KIND,
        terminal_history.KIND,
        merchant_summary.KIND,
        device_list.LIST,
        device_list.EVIDENCE,
        labels.KIND,
        warning_digest.KIND,
        monthly.KIND,
        schedule_year.KIND,
        schedule_month.KIND,
        schedule_week.KIND,
        route.KIND,
        compliance.KIND,
    )
}
