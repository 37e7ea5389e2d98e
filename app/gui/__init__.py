"""The window.  PySide6 is known only here; nothing in this package knows SQL or business rules."""

import builtins

_plain_import = builtins.__import__

import PySide6.QtCore  # noqa: E402, F401

# PySide6 steps in front of every later ``import`` and reads the source of each module, looking for
# its switch to snake_case names.  Not used here, and a fifth of the time of a start.
builtins.__import__ = _plain_import
