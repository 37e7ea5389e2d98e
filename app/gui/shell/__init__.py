"""The window around the pages: application, main window, the base class of pages, autosave and what
can be done with a document in sight."""
