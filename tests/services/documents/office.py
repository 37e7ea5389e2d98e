"""An office on a part of the sample estate, whose documents of every kind left in Chinese and in
English; made once for many tests, which only read it."""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from app import bootstrap, paths
from app.domain.documents import AttachmentDraft, SignatureDraft, SignerRole, Stage
from app.domain.maintenance.visits import VisitState
from app.services import Services
from app.services.documents.attachments import Owner
from app.services.documents.requests import Request
from app.services.sample import estate
from app.settings import Settings
from db.engine import Database
from tests.conftest import FrozenClock
from tests.maintenance import planned
from tests.services.documents.paper import (
    INK,
    close,
    jpeg,
    make_campaign,
    number_of,
    resolved,
    sign,
)

MONTH = {"since": date(2026, 11, 1), "until": date(2026, 11, 30)}
SERIAL = "TESTN91000000412"


@dataclass(frozen=True, slots=True)
class Left:
    """A document that left: what was asked for, and the file."""

    request: Request
    pdf: bytes

    @property
    def name(self) -> str:
        """What tests call it."""
        return f"{self.request.kind}-{self.request.language}"


def cut_sample(folder: Path, terminals: int) -> Path:
    """The first terminals of the sample and what happened to them."""
    sample = paths.resources() / "sample"
    folder.mkdir()
    with (sample / "terminals.csv").open(encoding="gb18030", newline="") as file:
        rows = list(csv.reader(file))
    step = max(1, len(rows) // terminals)
    kept = [row for i, row in enumerate(rows) if i == 0 or i % step == 1]
    with (folder / "terminals.csv").open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(kept)
    serials = {row[0] for row in kept}
    with (sample / "incidents.csv").open(encoding="utf-8-sig", newline="") as file:
        past = [row for i, row in enumerate(csv.reader(file)) if i == 0 or row[0] in serials]
    with (folder / "incidents.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(past)
    return folder


def sample_office(folder: Path, template: Path, terminals: int = 40) -> Services:
    """Services over the cut of the sample; the caller closes them."""
    shutil.copyfile(template, folder / "poscare.db")
    settings = Settings(
        technician="T01",
        device="L7",
        company_name="测试终端服务有限公司",
        company_phone="400-000-0000",
    )
    database = Database(folder / "poscare.db")
    services = bootstrap.build(settings, clock=FrozenClock(), database=database)
    estate.fill(services, cut_sample(folder / "sample", terminals))
    return services


def signed_incident(services: Services) -> str:
    """A closed incident with photos, a swap, signatures and an addendum; returns its number."""
    incident = resolved(services, serial=SERIAL, mid="848290058120412", swap_to="NEW0000412")
    for i in range(4):
        draft = AttachmentDraft(f"{i}.jpg", Stage.AFTER, "换机后")
        services.attachments.add(Owner(incident_id=incident), jpeg(640 + i, 480), draft)
    sign(services, incident)
    sign(services, incident, SignerRole.TECHNICIAN)
    close(services, incident)
    services.work_log.add_addendum(incident, "商户补充说明")
    return number_of(services, incident)


def wishes(services: Services) -> list[Request]:
    """Every kind of document, each in Chinese and in English."""
    return [
        replace(one, language=language) for one in _kinds(services) for language in ("zh", "en")
    ]


def _kinds(services: Services) -> list[Request]:
    number = signed_incident(services)
    visit = next(v for v in planned(services, 150) if v.state is VisitState.DONE)
    content = services.reporting.signable_visit(visit.id)
    services.signatures.sign_visit(
        visit.id, content, SignatureDraft(SignerRole.MERCHANT, "王芳", INK)
    )
    make_campaign(services)
    return [
        Request(kind="service_report", subject=number),
        Request(kind="service_order", subject=number),
        Request(kind="campaign_list"),
        Request(kind="inspection", subject=visit.number),
        Request(kind="swap_note", subject=number),
        Request(kind="terminal_history", subject=SERIAL),
        Request(kind="merchant_summary", subject="848290058120412", **MONTH),
        Request(kind="audit_trail", since=date(2026, 11, 22), until=date(2026, 11, 22)),
        Request(kind="route", since=date(2026, 11, 24), until=date(2026, 11, 24)),
        *(
            Request(kind=kind, **MONTH)
            for kind in (
                "device_list",
                "evidence",
                "labels",
                "monthly",
                "month_pack",
                "warning_digest",
                "schedule_year",
                "schedule_month",
                "schedule_week",
                "compliance",
            )
        ),
    ]
