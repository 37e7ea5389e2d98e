"""A card for one signature: what is drawn, or why nobody signed, and a button to sign."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from app.domain.documents import Signature, SignerRole
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import button, column, label, panel, row
from app.gui.toolkit.signature_pad import InkView
from app.texts import word


def signature_card(
    role: SignerRole,
    known: Signature | None,
    signable: str,
    sign: Callable[[SignerRole], Any],
    *,
    editable: bool,
) -> QWidget:
    """The card of a role; `signable` is the hash of what would be signed now, so that a signature
    for earlier content is marked."""
    again = button(_("Sign again …") if known else _("Sign …"), lambda: sign(role), icon="pen-line")
    again.setEnabled(editable)
    head = row(label(word(words(), "signer_role", role), "section"), None, again)
    if known is None:
        return panel(column(head, label(_("Not signed yet"), "muted")))
    about = f"{known.signer} · {words().moment(known.at)}"
    shown = (
        InkView(known.ink)
        if known.ink
        else label(_("No signature because: {reason}", reason=known.reason), wrap=True)
    )
    pieces: list[Any] = [head, shown, label(about.strip(" ·"), "muted")]
    if known.content_sha256 != signable:
        pieces.append(
            label(_("The report was changed after this signature."), "warning", wrap=True)
        )
    return panel(column(*pieces, spacing=4))
