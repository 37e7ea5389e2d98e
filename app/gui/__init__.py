"""The window.  PySide6 is known only here; nothing in this package knows SQL or business rules."""
