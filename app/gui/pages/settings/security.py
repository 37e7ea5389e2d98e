"""The section of security: encryption of what lies on the disk of this computer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from app import paths
from app.gui.actions import UserAction
from app.gui.pages.settings.section import Section
from app.gui.shell.page import Page
from app.gui.toolkit import problems
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.encryption_dialogs import RecoveryCodeDialog, passphrase_dialog, proof_dialog
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.layout import boxed, column, facts, label, panel, row, scrolled
from app.gui.toolkit.permission import permit
from app.gui.toolkit.working_dialog import WaitDialog, WorkManner
from app.gui.toolkit.wrapping import wrapping
from app.i18n import N_
from app.texts.encryption import REMNANTS, WHAT_IS_ENCRYPTED

if TYPE_CHECKING:
    from app.encryption.key_file import Vault
    from app.services.keeping.encryption import Converted, EncryptionState, Progress

_MOST_LISTED = 8


class SecuritySection(Section):
    """How encryption stands, and what can be changed about it."""

    title = N_("Security")

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.verdict = label("", "section", wrap=True)
        self._facts = boxed(column())
        self.left = label("", "error", wrap=True)
        self.turn_on = action_button(UserAction.ENCRYPT_DATA, self.encrypt, role="primary")
        self._finish = action_button(UserAction.ENCRYPT_REST, self.finish)
        self._store = action_button(UserAction.OPEN_BY_KEY_STORE, self.switch_key_store)
        self._on_only = [
            action_button(UserAction.CHANGE_PASSPHRASE, self.change_passphrase),
            action_button(UserAction.NEW_RECOVERY_CODE, self.new_code),
            action_button(UserAction.CHANGE_DATA_KEY, self.change_key),
            action_button(UserAction.DECRYPT_DATA, self.decrypt),
            self._store,
        ]
        self.state: EncryptionState | None = None
        content = column(self._card(), None, spacing=12, margins=(0, 0, 8, 0))
        self.setLayout(column(scrolled(boxed(content))))

    def _card(self) -> QWidget:
        passphrase, code, key, off, store = self._on_only
        self._risk = label(
            _("Whoever gets hold of the disk, of a stolen laptop say, can read it."), wrap=True
        )
        self._remnants = label(_(REMNANTS), "muted", wrap=True)
        unfinished = row(self.left, self._finish, spacing=12)
        unfinished.setStretch(0, 1)
        head = row(self.verdict, self.turn_on, spacing=12)
        head.setStretch(0, 1)
        return panel(
            column(
                head,
                self._risk,
                label(_(WHAT_IS_ENCRYPTED), "muted", wrap=True),
                self._facts,
                wrapping(passphrase, store, code),
                wrapping(key, off),
                unfinished,
                self._remnants,
                spacing=10,
            )
        )

    # --- looking ---------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Look how things stand."""
        encryption = self.context.services.encryption
        self.page.run(encryption.state, self._show, lane="io")

    def _show(self, state: EncryptionState) -> None:
        self.state = state
        self.verdict.setText(
            _("The data on this computer is encrypted")
            if state.on
            else _("The data on this computer is not encrypted")
        )
        self._risk.setVisible(not state.on)
        self._remnants.setVisible(state.on)
        refusal = self.context.services.context.standing.refusal("encryption.change")
        self.turn_on.setVisible(not state.on)
        permit(self.turn_on, refusal)
        for one in self._on_only:
            one.setVisible(state.on)
            permit(one, refusal)
        self._store.setText(
            _("Ask for the passphrase at every start")
            if state.in_key_store
            else _("Open without asking …")
        )
        self._store.setVisible(state.on and (state.in_key_store or not paths.moved()))
        self._show_facts(state)
        self._show_left(state)

    def _show_facts(self, state: EncryptionState) -> None:
        layout = self._facts.layout()
        assert layout is not None
        while (item := layout.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        self._facts.setVisible(state.on)
        if state.on and state.since is not None:
            opens = (
                _("the key store of the system, while you are signed in")
                if state.in_key_store
                else _("the passphrase, at every start")
            )
            code = _("written down") if state.confirmed else _("not confirmed: make a new one")
            pairs = [
                (_("Key"), state.key),
                (_("Since"), words().moment(state.since)),
                (_("Opened with"), opens),
                (_("Recovery code"), code),
            ]
            layout.addWidget(facts(pairs))

    def _show_left(self, state: EncryptionState) -> None:
        shown = bool(state.left or state.unfinished)
        self.left.setVisible(shown)
        self._finish.setVisible(shown)
        count = plural(
            "{count} file is not encrypted with this key yet:",
            "{count} files are not encrypted with this key yet:",
            len(state.left),
        )
        lines = [str(path) for path in state.left[:_MOST_LISTED]]
        self.left.setText("\n".join([count, *lines]) if lines else _("A change was broken off."))

    # --- doing -----------------------------------------------------------------------------------

    def encrypt(self) -> None:
        """Ask for a passphrase, show the recovery code, then encrypt."""
        dialog = passphrase_dialog(
            self.page,
            _("Encrypt the data"),
            _("Without the passphrase nobody can read the data, nor a backup of it."),
            _("Continue"),
            proof=False,
            key_store=not paths.moved(),
        )
        self._with_new_keys(dialog, anew=False)

    def change_key(self) -> None:
        """A new key, passphrase and recovery code: somebody else may know the old ones."""
        dialog = passphrase_dialog(
            self.page,
            _("Change the key"),
            _(
                "Everything is encrypted anew. The passphrase and the recovery code until now open"
                " nothing any more, but for copies that lie elsewhere."
            ),
            _("Continue"),
            proof=True,
            key_store=False,
        )
        self._with_new_keys(dialog, anew=True)

    def _with_new_keys(self, dialog: DraftDialog, *, anew: bool) -> None:
        now = self.context.now()

        def work(draft: tuple[str, str, bool]) -> tuple[Vault, str, bool]:
            from app.unlocking import new_keys

            old, new, remember = draft
            return (*new_keys(new, now, proof=old if anew else None), remember)

        self._run_in(dialog, work, lambda made: self._show_code(made, anew=anew))

    def _show_code(self, made: tuple[Vault, str, bool], *, anew: bool) -> None:
        vault, code, remember = made
        encryption = self.context.services.encryption
        dialog = RecoveryCodeDialog(self.page, code, _("Encrypt"))

        def convert(progress: Progress) -> Converted:
            switch = encryption.change_key if anew else encryption.turn_on
            done = switch(vault, progress)
            encryption.confirm_recovery()
            if remember:
                encryption.remember()
            return done

        def confirmed(_none: object) -> None:
            dialog.accept()
            WaitDialog(self.page, _("Encrypt the data"), self.context).wait_for(
                convert, self._converted, WorkManner(_("Encrypting …"))
            )

        dialog.submitted.connect(confirmed)
        dialog.open()

    def _converted(self, done: Converted) -> None:
        self.refresh()
        self.context.note(
            plural(
                "Done; {count} file was written anew",
                "Done; {count} files were written anew",
                done.files,
            )
        )
        if done.left:
            lines = [str(one.path) for one in done.left[:_MOST_LISTED]]
            problems.tell(
                self.page,
                _("These could not be written anew and are as they were:"),
                "\n".join(lines),
            )

    def decrypt(self) -> None:
        """Write everything in plain again, after the passphrase was given."""
        dialog = proof_dialog(
            self.page,
            _("Stop encrypting"),
            _("Everything is written anew so that whoever has the disk can read it."),
            _("Stop encrypting"),
        )
        encryption = self.context.services.encryption

        def proved(_vault: object) -> None:
            WaitDialog(self.page, _("Stop encrypting"), self.context).wait_for(
                encryption.turn_off, self._converted, WorkManner(_("Decrypting …"))
            )

        self._run_in(dialog, _proof, proved)

    def finish(self) -> None:
        """Encrypt what is left."""
        encryption = self.context.services.encryption
        WaitDialog(self.page, _("Encrypt the data"), self.context).wait_for(
            encryption.finish, self._converted, WorkManner(_("Encrypting …"))
        )

    def change_passphrase(self) -> None:
        """Another passphrase for the same key."""
        dialog = passphrase_dialog(
            self.page,
            _("Change the passphrase"),
            _(
                "The recovery code stays as it is. Key files kept beside backups elsewhere"
                " still open with the old passphrase."
            ),
            _("Save"),
            proof=True,
            key_store=False,
        )
        encryption = self.context.services.encryption

        def work(draft: tuple[str, str, bool]) -> None:
            _proof(draft[0], "old_passphrase")
            encryption.set_passphrase(draft[1])

        self._run_in(dialog, work, self.page.saved(dialog.windowTitle()))

    def new_code(self) -> None:
        """Another recovery code, once the passphrase was given."""
        dialog = proof_dialog(
            self.page,
            _("New recovery code"),
            _("The recovery code until now opens nothing any more."),
            _("Continue"),
        )
        encryption = self.context.services.encryption

        def work(passphrase: str) -> str:
            _proof(passphrase)
            return encryption.new_recovery_code()

        self._run_in(dialog, work, self._show_new_code)

    def _show_new_code(self, code: str) -> None:
        encryption = self.context.services.encryption
        dialog = RecoveryCodeDialog(self.page, code, _("I wrote it down"))
        self._run_in(dialog, lambda _none: encryption.confirm_recovery(), lambda _none: None)
        self.refresh()

    def switch_key_store(self) -> None:
        """Let the key store of the system open the data, or ask at every start."""
        encryption, state = self.context.services.encryption, self.state
        if state is not None and state.in_key_store:
            self.page.run(encryption.ask_always, lambda _none: self.refresh(), lane="io")
            return

        def kept(done: Any) -> None:
            if not done:
                problems.tell(
                    self.page,
                    _("That did not work"),
                    _("The system has no key store; the passphrase is asked for at every start."),
                )
            self.refresh()

        self.page.run(encryption.remember, kept, lane="io")

    def _run_in(self, dialog: DraftDialog, work: Any, done: Any) -> None:
        def accepted(result: Any) -> None:
            dialog.accept()
            done(result)
            self.refresh()

        dialog.submitted.connect(
            lambda draft: dialog.carry_out(self.context, lambda: work(draft), accepted)
        )
        dialog.open()


def _proof(passphrase: str, field: str = "passphrase") -> None:
    """Raises `InvalidInput` unless it is the passphrase."""
    from app.unlocking import prove

    prove(passphrase, field)
