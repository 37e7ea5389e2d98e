"""Builders of incidents that have everything a document can show."""

from __future__ import annotations

import io

from app.domain.campaigns.campaigns import CampaignDraft, CampaignKind, CampaignScope
from app.domain.documents import Ink, SignatureDraft, SignerRole
from app.domain.faults import FaultClass
from app.domain.incidents.drafts import ClosingDraft, PartDraft, ResolutionDraft, WorkEntryDraft
from app.domain.incidents.incidents import Confirmation, TestLine, TestOutcome, WorkKind
from app.domain.register.swaps import SwapDraft
from app.services import Services
from tests.factories import make_incident, make_technician, make_terminal

INK = Ink(
    2000, (((100, 200, 0), (400, 700, 40), (800, 300, 90)), ((900, 500, 300), (1500, 520, 380)))
)
TESTS = (
    TestLine("sign_in", TestOutcome.PASSED),
    TestLine("test_sale", TestOutcome.PASSED, "000123"),
)


def technician(services: Services) -> str:
    """The technician of this laptop."""
    known = [t.id for t in services.directory.technicians() if t.code == "T01"]
    return known[0] if known else make_technician(services, badge_no="8801")


def resolved(services: Services, *, swap_to: str = "", **changes: object) -> str:
    """An incident worked on and resolved; returns its id."""
    technician(services)
    terminal = make_terminal(services, **changes)
    incident = make_incident(services, terminal)
    services.incidents.start(incident)
    services.work_log.add_work(
        incident, WorkEntryDraft(kind=WorkKind.TRAVEL, summary="从公司出发", outcome="", minutes=25)
    )
    services.work_log.add_work(
        incident,
        WorkEntryDraft(kind=WorkKind.CHECK, summary="重新签到", outcome="仍失败", minutes=5),
    )
    services.work_log.add_part(
        incident,
        PartDraft(
            name="电池",
            part_no="BAT-N910",
            old_serial="B1",
            new_serial="B2",
            quantity=1,
            unit_price_cents=12_000,
        ),
    )
    draft = ResolutionDraft(
        fault_class=FaultClass.OPERATION,
        work_done="指导收银员先签到再交易",
        advice="换班时先签到",
        tests=TESTS,
    )
    swap = (
        SwapDraft(new_serial=swap_to, reason="屏幕损坏", unsent_cleared=True) if swap_to else None
    )
    services.incidents.resolve(incident, draft, swap)
    return incident


def close(services: Services, incident: str) -> None:
    """Close after the merchant confirmed."""
    services.incidents.close(
        incident, ClosingDraft(Confirmation.BY_PHONE, "王芳", satisfaction="satisfied")
    )


def sign(services: Services, incident: str, role: SignerRole = SignerRole.MERCHANT) -> str:
    """A drawn signature for what the report says now; returns the hash signed."""
    sha256 = services.reporting.signable(incident)
    services.signatures.sign_incident(incident, sha256, SignatureDraft(role, "王芳", INK))
    return sha256


def jpeg(width: int = 640, height: int = 480, **options: object) -> bytes:
    """A photo."""
    from PIL import Image

    out = io.BytesIO()
    image = Image.new("RGB", (width, height), (180, 40, 40))
    image.paste((30, 60, 200), (0, 0, width // 2, height // 4))
    image.save(out, "JPEG", **options)  # type: ignore[arg-type]
    return out.getvalue()


def number_of(services: Services, incident: str) -> str:
    """The number of an incident."""
    return services.incidents.get(incident).number


def make_campaign(services: Services, model: str = "N910") -> str:
    """A firmware campaign over the terminals of a model."""
    draft = CampaignDraft(
        title="升级固件", kind=CampaignKind.FIRMWARE, due_on="2026-12-20", target="3.9.9"
    )
    return services.campaigns.create(draft, CampaignScope(model=model))
