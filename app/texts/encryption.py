"""Error sentences and remarks of encryption: keys, passphrases, codes, what stays plain."""

from __future__ import annotations

from app.i18n import N_

FIELDS: dict[str, str] = {
    "passphrase": N_("Passphrase"),
    "old_passphrase": N_("Passphrase"),
    "recovery": N_("Recovery code"),
}

PROBLEMS: dict[str, str] = {
    "encryption.locked": N_(
        "The data is encrypted (key {key}) and locked. Unlock it with the passphrase, or with the"
        " recovery code: “poscare unlock”."
    ),
    "encryption.backup_locked": N_(
        "The backup is encrypted with the key {key} of the key file {path}. Give the passphrase or"
        " the recovery code that belongs to it, in POSCARE_BACKUP_PASSPHRASE,"
        " POSCARE_BACKUP_PASSPHRASE_FILE or POSCARE_BACKUP_RECOVERY_CODE, or type it in a terminal."
        " Nothing was changed."
    ),
    "encryption.wrong_passphrase": N_(
        "This is not the passphrase. Look at Caps Lock and the input method and try again, or use"
        " the recovery code. The data is untouched."
    ),
    "encryption.passphrase_short": N_(
        "At least {least} characters; a sentence is easy to remember."
    ),
    "encryption.no_passphrase": N_(
        "The passphrase can be typed in a terminal, or given in {variable} or a file:"
        " --passphrase-file FILE."
    ),
    "encryption.recovery_mistyped": N_(
        "The check characters of this code do not fit: one was misread or left out. It has {groups}"
        " groups of four."
    ),
    "encryption.wrong_recovery": N_(
        "The code is complete but opens other keys: perhaps it is of before the last change of key"
        " or code, or of another computer."
    ),
    "encryption.no_other_backup": N_(
        "There is no encrypted backup that is whole, so nothing was removed. Make a backup first:"
        " “poscare backup”."
    ),
    "encryption.say_yes": N_("To remove these files without being asked, add --yes."),
    "encryption.groups_differ": N_(
        "These are not groups {first} and {second} of the code. Look at what you wrote down."
    ),
    "encryption.key_file_missing": N_(
        "The data is encrypted with the key {key}, but the key file {path} is missing. Without it"
        " neither passphrase nor recovery code opens anything; nothing was changed. A copy lies"
        " beside every backup: bring it back with “poscare unlock --key-file FILE”."
        " Copy found: {found}"
    ),
    "encryption.key_file_damaged": N_(
        "The key file {path} is damaged; the data itself is untouched. A copy lies beside every"
        " backup: bring it back with “poscare unlock --key-file FILE”."
    ),
    "encryption.key_file_newer": N_(
        "The key file {path} was written by a newer POSCare. Install that version."
    ),
    "encryption.key_file_of_others": N_(
        "The key file {path} holds no key that this data needs. Choose the one that lay beside this"
        " database or its backups."
    ),
    "encryption.key_store_other": N_(
        "The key store of the system holds a key of other data. Use the passphrase."
    ),
    "encryption.other_key": N_(
        "This is encrypted with the key {key}; unlocked are: {known}. It comes from other data, or"
        " was made after the keys were changed elsewhere. Its key file lies beside its backups:"
        " “poscare unlock --key-file FILE”."
    ),
    "encryption.is_on": N_("The data is encrypted already."),
    "encryption.is_off": N_("The data is not encrypted."),
    "encryption.not_written": N_(
        "The data could not be written anew ({detail}). Nothing was changed. See that this disk"
        " has room and can be written, then try again."
    ),
    "encryption.no_space": N_(
        "To write the data anew, {needed} MB must be free in {path}; there are {free} MB."
        " Free some space and try again. Nothing was changed."
    ),
}

WHAT_IS_ENCRYPTED = N_(
    "Encryption covers the database, its backups and journal, photos, signatures and documents on"
    " this computer. Documents and tables you save elsewhere yourself stay readable for everybody,"
    " as do the settings and the log files, which name no merchant. Backups on drives that are not"
    " connected now stay as they are."
)
REMNANTS = N_(
    "The files of before were deleted. A disk, above all an SSD, may keep remnants of deleted files"
    " for some time; whoever must rule that out encrypts the whole disk (BitLocker, FileVault,"
    " LUKS)."
)
WITHOUT_BOTH = N_(
    "Whoever loses passphrase and recovery code loses the data: nobody can open it, neither the"
    " office nor those who make POSCare."
)
