"""The tab of photos and signatures of an incident."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QImage, QShowEvent

from app import paths
from app import settings as settings_file
from app.domain.documents import (
    PICTURE_PATTERNS,
    Attachment,
    AttachmentDraft,
    Signature,
    SignerRole,
    Stage,
)
from app.domain.errors import AppError, InvalidInput
from app.domain.incidents.lifecycle import Action, IncidentState
from app.gui.pages.incidents.camera_dialog import CameraDialog
from app.gui.pages.incidents.photo_strip import PhotoStrip
from app.gui.pages.incidents.picture_dialog import PictureDialog
from app.gui.pages.incidents.pictures import png, small, small_file
from app.gui.pages.incidents.read import IncidentView
from app.gui.pages.incidents.tabs import IncidentTab
from app.gui.shell.paper_to_sign import PaperToSign
from app.gui.toolkit.files import ask_files, ask_folder, ask_new_file
from app.gui.toolkit.folding import FoldingRow
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import column
from app.gui.toolkit.permission import may
from app.gui.toolkit.problems import confirm, message
from app.gui.toolkit.signature_card import signature_card
from app.gui.toolkit.signature_dialog import SignatureDialog
from app.gui.toolkit.view_tabs import counted
from app.texts import problem_text

if TYPE_CHECKING:
    from app.gui.shell.page import Page
    from app.services import Services

Signed = Callable[[str], object]
KEPT = 400
"""Small pictures kept."""


@dataclass(frozen=True, slots=True)
class SignedEvidence:
    """Photos and signatures of an incident, and the hash of what would be signed now."""

    incident_id: str
    photos: tuple[Attachment, ...]
    signatures: dict[SignerRole, Signature]
    signable: str


def gather_evidence(services: Services, incident_id: str) -> SignedEvidence:
    """Read them.  Raises `NotFound`, `Unavailable`."""
    from app.services.documents.attachments import Owner

    return SignedEvidence(
        incident_id,
        services.attachments.listing(Owner(incident_id=incident_id)),
        services.signatures.of_incident(incident_id),
        services.reporting.signable(incident_id),
    )


class EvidenceTab(IncidentTab):
    """Photos and signatures; read when the tab becomes visible."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page, self._context = page, page.context
        self._shown = ""
        self.papers: SignedEvidence | None = None
        self._stale = True
        self._small: dict[str, QImage] = {}
        self.strip = PhotoStrip()
        self._signatures = FoldingRow(spacing=12, least=240)
        layout = column(self.strip, self._signatures, margins=(0, 12, 0, 0), spacing=12)
        layout.setStretch(0, 1)
        self.setLayout(layout)
        self._connect()

    def _connect(self) -> None:
        strip = self.strip
        strip.files_offered.connect(self.add_files)
        strip.picture_offered.connect(self.add_picture)
        strip.files_wanted.connect(self.ask_photos)
        strip.camera_wanted.connect(self._ask_camera)
        strip.renamed.connect(self._rename)
        strip.removed.connect(self._remove)
        strip.opened.connect(self._open)

    def title(self, view: IncidentView | None) -> str:
        papers = self.papers
        if papers is None or view is None or papers.incident_id != view.incident.id:
            return _("Photos and signatures")
        return counted(_("Photos and signatures"), len(papers.photos))

    def show_view(self, view: IncidentView) -> None:
        if self._shown != view.incident.id:
            self.strip.show_trouble("")
        self._shown, self._stale = view.incident.id, True
        self._read_if_seen()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._read_if_seen()

    def _read_if_seen(self) -> None:
        if self.view is None or not self._stale or not self.isVisible():
            return
        self._stale = False
        services, key = self._context.services, self.view.incident.id
        self._run(lambda: gather_evidence(services, key), self._show)

    def _run(self, work: Callable[..., Any], done: Callable[[Any], Any], **options: Any) -> Any:
        return self._context.tasks.run(work, done, owner=self, **options)

    def _show(self, papers: SignedEvidence) -> None:
        if self.view is None or papers.incident_id != self.view.incident.id:
            return
        self.papers = papers
        self.strip.show_photos(papers.photos, editable=self.editable)
        self.retitled.emit()
        for photo in papers.photos:
            self._show_small(photo)
        self._signatures.clear()
        for role in SignerRole:
            card = signature_card(
                role,
                papers.signatures.get(role),
                papers.signable,
                self.sign,
                editable=self.editable,
            )
            self._signatures.add(card)

    @property
    def editable(self) -> bool:
        """Whether photos and signatures may be added now."""
        view = self.view
        open_ = view is not None and (
            Action.EDIT in view.incident.actions or view.incident.state is IncidentState.RESOLVED
        )
        return open_ and may(self._page, "attachment.add")

    # --- photos --------------------------------------------------------------------------------

    def _show_small(self, photo: Attachment) -> None:
        if not (photo.printable or photo.waiting):
            return
        known = self._small.get(photo.print_sha256)
        if known is not None:
            self.strip.show_picture(photo.id, known)
            return
        attachments = self._context.services.attachments

        def shown(picture: QImage) -> None:
            while len(self._small) >= KEPT:
                self._small.pop(next(iter(self._small)))
            if photo.print_sha256:
                self._small[photo.print_sha256] = picture
            self.strip.show_picture(photo.id, picture)

        self._run(lambda: small(attachments.copy(photo)), shown, failed=_ignored, lane="io")

    def add_files(self, files: list[Path]) -> None:
        """Take in photos; each that is refused is named with its reason."""
        services, owner, stage = self._context.services, self._owner(), self.strip.stage()

        def work(progress: Any, cancelled: Any) -> list[Attachment]:
            added: list[Attachment] = services.attachments.add_files(
                owner, files, stage, progress=progress, cancelled=cancelled
            )
            return added

        job = self._run(
            work, self._added, failed=self._refused, lane="io", progress=self.strip.progress.step
        )
        self.strip.show_trouble("")
        self.strip.progress.begin(_("Taking in photos …"), job.ask_to_stop)

    def add_picture(self, picture: QImage) -> None:
        """Take in a pasted picture."""
        services, owner, stage = self._context.services, self._owner(), self.strip.stage()
        called = (_("Pasted"), words().moment(self._context.now()))
        name = f"{' '.join(called)}.png".replace(":", "")

        def work() -> list[Attachment]:
            draft = AttachmentDraft(name, stage)
            return [services.attachments.add(owner, png(picture), draft)]

        self._run(work, self._added, failed=self._refused, lane="io")

    def _added(self, added: list[Attachment]) -> None:
        self.strip.progress.end()
        damaged = [item.name for item in added if item.damaged]
        waiting = [item.name for item in added if item.waiting]
        trouble = []
        if damaged:
            trouble.append(
                _("Damaged, kept as it came and marked: {names}", names=", ".join(damaged))
            )
        if waiting:
            trouble.append(
                _(
                    "Kept as it came, but cannot be read at the moment: {names}",
                    names=", ".join(waiting),
                )
            )
        if trouble:
            self.strip.show_trouble("\n".join(trouble))

    def _refused(self, error: AppError) -> None:
        self.strip.progress.end()
        text = message(error)
        if isinstance(error, InvalidInput):
            text = "\n".join(
                f"{p.field}: {problem_text(words(), p)}"
                if p.field != "file"
                else problem_text(words(), p)
                for p in error.problems
            )
        if error.code == "cancelled":
            text = _("Stopped. What was taken in until then stays.")
        self.strip.show_trouble(text)

    def _owner(self) -> Any:
        from app.services.documents.attachments import Owner

        assert self.view is not None
        return Owner(incident_id=self.view.incident.id)

    def ask_photos(self) -> None:
        """Let photos be chosen."""
        ask_files(
            self,
            _("Add photos"),
            _(
                "Photos and files ({patterns} *.pdf *.txt);;All files (*)",
                patterns=PICTURE_PATTERNS,
            ),
            self.add_files,
        )

    def _ask_camera(self) -> None:
        folder = self._context.settings.camera_folder
        if not folder:
            ask_folder(self, _("Folder of the camera"), self._set_camera)
            return
        from app.services.documents.attachments import newest_pictures

        place = Path(folder)
        show = partial(self._show_camera, place)
        self._run(lambda: newest_pictures(place), show, failed=self._refused, lane="io")

    def _set_camera(self, folder: Path) -> None:
        changed = replace(self._context.settings, camera_folder=str(folder))

        def kept(_none: None) -> None:
            self._context.settings_changed.emit(changed)
            self._ask_camera()

        self._run(lambda: settings_file.save(changed, paths.settings_file()), kept, lane="io")

    def _show_camera(self, folder: Path, files: list[Path]) -> None:
        dialog = CameraDialog(folder, files, self)
        dialog.chosen.connect(self.add_files)
        dialog.folder_wanted.connect(
            lambda: ask_folder(self, _("Folder of the camera"), self._set_camera)
        )
        for path in files:
            self._context.tasks.run(
                partial(small_file, path),
                partial(dialog.show_picture, path),
                owner=dialog,
                failed=_ignored,
                lane="io",
            )
        dialog.open()

    def _rename(self, key: str, stage: Stage, caption: str) -> None:
        attachments = self._context.services.attachments
        self._run(lambda: attachments.change(key, stage, caption), _nothing, failed=self._refused)

    def _remove(self, photo: Attachment) -> None:
        detail = _("It no longer stands on the report. The file itself is kept as evidence.")
        if confirm(self, _("Remove {name}?", name=photo.name), detail, _("Remove")):
            attachments = self._context.services.attachments
            self._run(lambda: attachments.remove(photo.id), _nothing)

    def _open(self, photo: Attachment) -> None:
        attachments = self._context.services.attachments
        if not (photo.printable or photo.waiting):
            self._save(photo, attachments.original)
            return

        def shown(picture: QImage) -> None:
            about = f"{photo.name} · {photo.width} × {photo.height}"
            PictureDialog(
                photo.caption or photo.name,
                about,
                picture,
                lambda: self._save(photo, attachments.copy),
                self,
            ).open()

        self._run(lambda: QImage.fromData(attachments.copy(photo)), shown, lane="io")

    def _save(self, photo: Attachment, content: Callable[[Attachment], bytes]) -> None:
        def write(path: Path) -> None:
            from app.services.documents.files import write_file

            self._run(
                lambda: write_file(path, content(photo)),
                lambda _none: self._context.note(_("Saved: {name}", name=path.name)),
                lane="io",
            )

        name = f"{Path(photo.name).stem}.jpg" if photo.printable else photo.name
        ask_new_file(self, _("Save a copy"), _("All files (*)"), name, write)

    # --- signatures ----------------------------------------------------------------------------

    def sign(self, role: SignerRole, signed: Signed | None = None) -> None:
        """Ask for a signature on the report as it is now; `signed` is called once it is kept, and
        told who signed when the case is to be closed with it, which is offered then."""
        if (view := self.view) is None:
            return
        services, key = self._context.services, view.incident.id
        self._run(
            lambda: services.reporting.signable(key),
            lambda signable: self._ask_signature(role, view, signable, signed),
        )

    def _ask_signature(
        self,
        role: SignerRole,
        view: IncidentView,
        signable: str,
        signed: Signed | None,
    ) -> None:
        from app.services.documents.requests import Request

        incident = view.incident
        merchant = view.terminal.contact_name if view.terminal else ""
        signer = {
            SignerRole.MERCHANT: incident.reporter_name or merchant,
            SignerRole.TECHNICIAN: incident.technician,
        }.get(role, "")
        what = _(
            "Service report {number}: read what is signed before signing.", number=incident.number
        )
        closing = signed is not None and Action.CLOSE in incident.actions
        may_close = closing and view.refused.get(Action.CLOSE) is None
        request = Request(kind="service_report", subject=incident.number)
        paper = PaperToSign(self._context, request, signable)
        dialog = SignatureDialog(role, signer, what, self._page, paper=paper, may_close=may_close)
        # What was signed is no more: it is read and signed anew.
        dialog.is_about(incident.id, lambda _typed: self._sign_anew(role))
        signatures = self._context.services.signatures

        def kept(_key: str) -> None:
            self._context.note(dialog.saved_words(incident.number))
            if signed is not None:
                signed(dialog.form.value("signer") if dialog.closes else "")

        self._page.submit(
            dialog, lambda draft: signatures.sign_incident(incident.id, signable, draft), kept
        )

    def _sign_anew(self, role: SignerRole) -> None:
        view, services = self.view, self._context.services
        if view is None:
            return

        def read(papers: SignedEvidence) -> None:
            self._show(papers)
            self.sign(role)

        self._run(lambda: gather_evidence(services, view.incident.id), read)


def _ignored(_error: AppError) -> None:
    """Without a picture the card shows its symbol."""


def _nothing(_result: object) -> None:
    """The change feed refreshes the page."""
