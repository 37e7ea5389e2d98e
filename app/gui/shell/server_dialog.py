"""What the dialogs for a server share: the file of its certificate, a test of the connection."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.errors import AppError, InvalidInput
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.files import ask_file
from app.gui.toolkit.forms import Field
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import button, label
from app.gui.toolkit.working_dialog import WorkManner, WorkNotes
from app.gui.toolkit.wrapping import wrapping


class ServerDialog(DraftDialog):
    """`words` are the title and what is done at last; `check` connects with a draft and gives what
    `tell` makes a sentence of; both dialogs keep nothing but what connects."""

    certificate: ClassVar[str]
    """The field that holds the path of the certificate."""

    def __init__(
        self,
        words: tuple[str, str],
        fields: Iterable[Field],
        make: Callable[[dict[str, Any]], Any],
        check: Callable[[Any], Any],
        *,
        context: WorkNotes,
        parent: QWidget,
    ) -> None:
        title, action = words
        super().__init__(title, fields, make, action=action, parent=parent)
        self.prefer(620)
        self._drafted, self._check, self._context = make, check, context
        self._result = label("", wrap=True)
        self._result.hide()
        self.insert(self._result, 1)
        self.choose_file = button(
            _("Choose the certificate …"), self._ask_certificate, icon="folder-open"
        )
        self.try_it = button(_("Test the connection"), self.test, icon="refresh-cw")
        self.insert(wrapping(self.choose_file, self.try_it, None), 1)
        self.edited.connect(self._result.hide)

    def tell(self, draft: Any, found: Any) -> str:
        """What a connection with `draft` found, in a sentence."""
        raise NotImplementedError

    def _ask_certificate(self) -> None:
        pattern = _("Certificates ({pattern})", pattern="*.pem *.crt")
        ask_file(
            self,
            _("Certificate"),
            f"{pattern};;{_('All files (*)')}",
            lambda path: self.fill_certificate(str(path)),
        )

    def fill_certificate(self, path: str) -> None:
        """Put the path of a certificate into its field."""
        field = self.form.widget(self.certificate)
        assert isinstance(field, QLineEdit)
        field.setText(path)

    def test(self) -> None:
        """Connect with what stands in the form, and say what came of it."""
        if self.working:
            return
        self.form.flush()
        self.form.clear_problems()
        self.show_stopped("")
        self._result.hide()
        try:
            draft = self._drafted(self.form.values())
        except InvalidInput as refusal:
            self.show_problem(refusal)
            return

        def connected(found: Any) -> None:
            self._result.setText(self.tell(draft, found))
            self._result.show()
            self.fit()

        manner = WorkManner(_("Connecting …"), reads=True)
        self.carry_out(self._context, lambda: self._check(draft), connected, manner=manner)

    def show_problem(self, error: AppError) -> None:
        self._result.hide()
        super().show_problem(error)
