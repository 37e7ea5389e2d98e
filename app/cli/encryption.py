"""``poscare encrypt``, ``decrypt``, ``rekey`` and ``unlock``: encryption of what lies on the disk
of this computer."""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app import paths
from app.cli import passphrase as asking
from app.cli.context import Context, Verb, plain
from app.domain.errors import InvalidInput
from app.i18n import Translator
from app.texts.encryption import REMNANTS, WHAT_IS_ENCRYPTED, WITHOUT_BOTH

if TYPE_CHECKING:
    from app.encryption.key_file import KeyFile
    from app.services.keeping.encryption import Converted, EncryptionState

_MOST_LISTED = 20


def _with_file(parser: argparse.ArgumentParser, t: Translator) -> None:
    parser.add_argument(
        "--passphrase-file",
        type=Path,
        metavar="FILE",
        help=t(
            "the passphrase is the first line of this file, or in {name}", name=asking.PASSPHRASE
        ),
    )


# --- encrypt, rekey ----------------------------------------------------------


def _configure_encrypt(parser: argparse.ArgumentParser, t: Translator) -> None:
    _with_file(parser, t)
    parser.add_argument(
        "--remember",
        action="store_true",
        help=t("let the key store of the system open the data, so that nobody is asked"),
    )
    left = parser.add_mutually_exclusive_group()
    left.add_argument(
        "--list-left",
        action="store_true",
        help=t("list the copies that are not encrypted and that nothing needs"),
    )
    left.add_argument(
        "--remove-left", action="store_true", help=t("list and remove them; asked for each time")
    )
    parser.add_argument("--yes", action="store_true", help=t("remove them without asking"))


def _left(context: Context) -> int:
    """Copies that could not be encrypted: listed, and removed where that is said twice."""
    t, encryption = context.t, context.services.encryption
    found = encryption.removable()
    lines = "\n".join(f"  {path}" for path in found)
    wanted = context.options.remove_left and bool(found)
    if wanted and not context.options.yes:
        context.note(lines)
        if not sys.stdin.isatty():
            raise InvalidInput.of("", "encryption.say_yes")
        word = t("remove")
        wanted = input(t("Type “{word}” to remove these files: ", word=word)).strip() == word
    kept = encryption.remove(found) if wanted else ()
    gone = len(found) - len(kept) if wanted else 0

    def text() -> str:
        if not found:
            return t("Every copy of the data is encrypted.")
        if not wanted:
            return lines
        return t.plural("{count} file was removed.", "{count} files were removed.", gone)

    context.emit({"left": plain(found), "removed": gone, "not_removed": plain(kept)}, text)
    return 1 if kept or (found and not wanted) else 0


def _encrypt(context: Context) -> int:
    from app.encryption.key_file import new_vault

    if context.options.list_left or context.options.remove_left:
        return _left(context)
    t, encryption = context.t, context.services.encryption
    state = encryption.state()
    if state.on or state.unfinished:
        if not (state.unfinished or state.left):
            raise InvalidInput.of("", "encryption.is_on")
        return _told(context, encryption.finish(context.progress), "")
    words = asking.new_passphrase(t, context.options.passphrase_file, asking.PASSPHRASE)
    made, code = new_vault(words, context.services.context.now())
    confirmed = _shown(context, code)
    done = encryption.turn_on(made, context.progress)
    return _set_up(context, done, code, confirmed=confirmed)


def _configure_rekey(parser: argparse.ArgumentParser, t: Translator) -> None:
    _with_file(parser, t)
    parser.add_argument(
        "--new-passphrase-file",
        type=Path,
        metavar="FILE",
        help=t("the new passphrase is the first line of this file"),
    )
    parser.set_defaults(remember=False)


def _rekey(context: Context) -> int:
    from app.encryption.key_file import new_vault
    from app.encryption.opened import opened

    t, options = context.t, context.options
    encryption = context.services.encryption
    if not encryption.state().on:
        raise InvalidInput.of("", "encryption.is_off")
    _proved(context)
    words = asking.new_passphrase(t, options.new_passphrase_file)
    made, code = new_vault(words, context.services.context.now(), opened.vault)
    confirmed = _shown(context, code)
    done = encryption.change_key(made, context.progress)
    return _set_up(context, done, code, confirmed=confirmed)


def _set_up(context: Context, done: Converted, code: str, *, confirmed: bool) -> int:
    t, encryption = context.t, context.services.encryption
    if confirmed:
        encryption.confirm_recovery()
    if context.options.remember and not encryption.remember():
        context.note(t("The system has no key store; the passphrase is asked for at every start."))
    return _told(context, done, code)


def _shown(context: Context, code: str) -> bool:
    """Show the recovery code before anything is encrypted; where somebody is there it has to be
    typed back in part.  Raises `InvalidInput`."""
    from app.encryption import recovery_code

    t = context.t
    context.note(t("Recovery code: {code}", code=code))
    context.note(t("Write it down or print it, and keep it apart from this computer."))
    context.note(t(WITHOUT_BOTH))
    if not sys.stdin.isatty():
        return False
    groups = recovery_code.groups(code)
    first, second = sorted(random.sample(range(len(groups)), 2))
    prompt = t("Type groups {first} and {second} of it: ", first=first + 1, second=second + 1)
    if recovery_code.groups(input(prompt)) != [groups[first], groups[second]]:
        raise InvalidInput.of(
            recovery_code.FIELD, "encryption.groups_differ", first=first + 1, second=second + 1
        )
    return True


def _told(context: Context, done: Converted, code: str) -> int:
    t = context.t
    state = context.services.encryption.state()

    def text() -> str:
        said = [
            t("The data is encrypted with the key {key}.", key=state.key)
            if state.on
            else t("The data is no longer encrypted."),
            t.plural(
                "{count} file was written anew.", "{count} files were written anew.", done.files
            ),
        ]
        said += [t(WHAT_IS_ENCRYPTED)] if state.on else []
        said.append(t(REMNANTS))
        if done.left:
            said.append(t("These could not be written anew and are as they were:"))
            for one in done.left[:_MOST_LISTED]:
                said.append(f"  {one.path}")
        return "\n".join(said)

    value = {**plain(state), "files": done.files, "not_converted": plain(done.left)}
    context.emit({**value, "recovery_code": code} if code else value, text)
    return 1 if done.left else 0


# --- decrypt ---------------------------------------------------------------------------


def _decrypt(context: Context) -> int:
    encryption = context.services.encryption
    state = encryption.state()
    if not state.on:
        if not state.unfinished:
            raise InvalidInput.of("", "encryption.is_off")
        return _told(context, encryption.finish(context.progress), "")
    _proved(context)
    return _told(context, encryption.turn_off(context.progress), "")


def _proved(context: Context) -> None:
    """Raises `InvalidInput`, `Unavailable`."""
    from app.unlocking import prove

    prove(asking.passphrase(context.t, context.options.passphrase_file))


def _key_file() -> KeyFile:
    from app.encryption import key_file

    path = paths.encryption_keys()
    found = key_file.read(path)
    if found is None:
        raise InvalidInput.of("", "encryption.is_off")
    return found


# --- unlock ----------------------------------------------------------------------------


def _configure_unlock(parser: argparse.ArgumentParser, t: Translator) -> None:
    _with_file(parser, t)
    parser.add_argument(
        "--recovery",
        action="store_true",
        help=t("unlock with the recovery code and set a new passphrase"),
    )
    parser.add_argument(
        "--key-file",
        type=Path,
        metavar="FILE",
        help=t("bring back a lost or damaged key file from its copy beside a backup"),
    )
    parser.add_argument("--new-code", action="store_true", help=t("make another recovery code"))
    kept = parser.add_mutually_exclusive_group()
    kept.add_argument(
        "--remember",
        action="store_true",
        help=t("let the key store of the system open the data, so that nobody is asked"),
    )
    kept.add_argument(
        "--ask-always", action="store_true", help=t("ask for the passphrase at every start")
    )


def _unlock(context: Context) -> int:
    from app.recovery import database_file
    from app.unlocking import bring_back, unlock

    t, options = context.t, context.options
    if options.key_file is not None:
        bring_back(options.key_file, database_file(context.settings))
    if options.recovery:
        code = asking.recovery_code(t)
        unlock(_key_file().path, lambda found: found.by_recovery(code))
    elif _key_file().is_needed:
        words = asking.passphrase(t, options.passphrase_file)
        unlock(paths.encryption_keys(), lambda found: found.by_passphrase(words))
    encryption = context.services.encryption
    if options.recovery:
        encryption.set_passphrase(asking.new_passphrase(t))
    code = encryption.new_recovery_code() if options.new_code else ""
    if code and _shown(context, code):
        encryption.confirm_recovery()
    if options.ask_always:
        encryption.ask_always()
    if options.remember and not encryption.remember():
        context.note(t("The system has no key store; the passphrase is asked for at every start."))
    state = encryption.state()
    value = {**plain(state), "recovery_code": code} if code else plain(state)
    context.emit(value, lambda: _state_lines(t, state))
    return 1 if state.left else 0


def _state_lines(t: Translator, state: EncryptionState) -> str:
    if not state.on:
        return t("The data is not encrypted.")
    said = [
        t("The data is encrypted with the key {key}.", key=state.key),
        t("The key store of the system opens it.")
        if state.in_key_store
        else t("The passphrase is asked for at every start."),
    ]
    if not state.confirmed:
        said.append(t("Nobody confirmed yet that the recovery code was written down."))
    if state.left:
        said.append(
            t.plural(
                "{count} file is not encrypted with this key: “poscare encrypt” does that.",
                "{count} files are not encrypted with this key: “poscare encrypt” does that.",
                len(state.left),
            )
        )
        said += [f"  {path}" for path in state.left[:_MOST_LISTED]]
    return "\n".join(said)


ENCRYPT = Verb(_configure_encrypt, _encrypt)
DECRYPT = Verb(_with_file, _decrypt)
REKEY = Verb(_configure_rekey, _rekey)
UNLOCK = Verb(_configure_unlock, _unlock)
