"""The window around the pages: application, main window, page base class, autosave, document actions."""
