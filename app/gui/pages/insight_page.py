"""Stub while building."""

from PySide6.QtWidgets import QWidget

from app.gui.desk import Page


class InsightPage(Page):
    """x"""

    def __init__(self, desk):
        super().__init__(desk, "s")
        self.set_content(QWidget())

    def refresh(self):
        pass
