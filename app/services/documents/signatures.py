"""Signatures of merchants and technicians: what was drawn, by whom, for which content."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.documents import (
    Signature,
    SignatureDraft,
    SignerRole,
    check_signature,
    ink_of,
    ink_sha256,
)
from app.domain.errors import NotAllowed, NotFound
from app.reports.data.signature_seal import sealable
from app.services.core.context import ServiceContext
from app.services.core.operations import operation
from app.services.core.running_operation import worked_out
from app.services.documents.paper_keys import PaperKeys, write_down
from db.models.documents import SignatureRow
from db.models.incident import IncidentRow
from db.models.maintenance import VisitRow


class Signatures:
    """Use cases of signatures.  Each is appended; the newest of a role counts."""

    def __init__(self, context: ServiceContext, keys: PaperKeys) -> None:
        self._context = context
        self._keys = keys

    @operation("incident.sign")
    def sign_incident(
        self, incident_id: str, content_sha256: str, draft: SignatureDraft
    ) -> Signature:
        """Keep a signature under a report, or why there is none.

        `content_sha256` is the hash of what the signer was shown (`Reporting.signable`).
        Raises `InvalidInput`, `NotFound`.
        """
        with self._context.read() as session:
            if session.get(IncidentRow, incident_id) is None:
                raise NotFound("incident", incident_id)
        return self._keep(draft, content_sha256, incident_id=incident_id)

    @operation("visit.sign")
    def sign_visit(self, visit_id: str, content_sha256: str, draft: SignatureDraft) -> Signature:
        """Keep a signature under the inspection sheets of a visit, or why there is none.

        `content_sha256` is `Reporting.signable_visit`.  Raises `InvalidInput`, `NotFound`,
        `NotAllowed` for a reviewer, for whom these sheets have no place.
        """
        if draft.role is SignerRole.REVIEWER:
            raise NotAllowed("sign", draft.role)
        with self._context.read() as session:
            if session.get(VisitRow, visit_id) is None:
                raise NotFound("visit", visit_id)
        return self._keep(draft, content_sha256, visit_id=visit_id)

    def _keep(self, draft: SignatureDraft, content_sha256: str, **owner: str) -> Signature:
        checked = check_signature(draft)
        place = self._context
        ink = checked.ink
        sealed, public = self._sealed(checked, content_sha256)
        with place.write() as unit:
            row = SignatureRow(
                **owner,
                role=checked.role,
                signer=checked.signer,
                reason=checked.reason,
                at=unit.now,
                actor=place.actor,
                device=place.device,
                ink=None if ink is None else {"width": ink.width, "strokes": ink.strokes},
                content_sha256=content_sha256,
                sealed=sealed,
            )
            unit.session.add(row)
            write_down(unit, place.actor, public)
            unit.session.flush()
            unit.touched("signature", [row.id])
            for name, key in owner.items():
                unit.touched(name.removesuffix("_id"), [key])
            return signature_of(row)

    def _sealed(self, draft: SignatureDraft, content_sha256: str) -> tuple[str, str]:
        """How this computer vouches for what was drawn, and the key it does so with; the same
        wherever the operation is applied again."""
        ink = draft.ink
        if ink is None:
            return "", ""
        message = sealable(
            role=draft.role,
            signer=draft.signer,
            at=self._context.now(),
            content_sha256=content_sha256,
            ink=ink,
            whole=ink_sha256(ink),
        )
        sealed, public = worked_out("seal", lambda: [*self._keys.seal(message)])
        return sealed, public

    def of_incident(self, incident_id: str) -> dict[SignerRole, Signature]:
        """The signatures that count under an incident's report."""
        with self._context.read() as session:
            return read_signatures(session, col(SignatureRow.incident_id) == incident_id)

    def of_visit(self, visit_id: str) -> dict[SignerRole, Signature]:
        """The signatures that count under a visit's sheet."""
        with self._context.read() as session:
            return read_signatures(session, col(SignatureRow.visit_id) == visit_id)


def read_signatures(session: Session, condition: Any) -> dict[SignerRole, Signature]:
    """The newest signature of each role, in an open session."""
    rows = session.execute(
        sa.select(SignatureRow)
        .where(condition)
        .order_by(col(SignatureRow.at), col(SignatureRow.id))
    ).scalars()
    return {SignerRole(row.role): signature_of(row) for row in rows}


def signature_of(row: SignatureRow) -> Signature:
    """A stored signature as callers know it."""
    return Signature(
        id=row.id,
        role=SignerRole(row.role),
        signer=row.signer,
        reason=row.reason,
        at=row.at,
        by=row.actor,
        ink=ink_of(row.ink),
        content_sha256=row.content_sha256,
        sealed=row.sealed,
    )
