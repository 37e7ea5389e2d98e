"""The incidents page: find, report, diagnose, work, resolve."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.domain.errors import AppError
from app.domain.faults import FaultClass
from app.domain.incidents.incidents import Incident, IncidentSummary
from app.domain.incidents.lifecycle import IncidentState
from app.domain.register.people import Technician
from app.gui.actions import UserAction
from app.gui.pages.incidents.actions import IncidentActions
from app.gui.pages.incidents.detail import IncidentDetail
from app.gui.pages.incidents.diagnosis import DiagnosisActions, DiagnosisTab
from app.gui.pages.incidents.evidence import EvidenceTab
from app.gui.pages.incidents.finish import FinishFlow
from app.gui.pages.incidents.read import IncidentView, gather
from app.gui.pages.incidents.report import ReportTab
from app.gui.pages.incidents.reporting import IncidentReporting
from app.gui.pages.incidents.shop_tab import ShopTab
from app.gui.shell.navigate import ListIncidents, Navigate, ReportIncident, ShowIncident
from app.gui.shell.page import AppContext, Page
from app.gui.shell.paged_list import PagedList
from app.gui.shell.work_answers import AnswerBar
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.badge import summary_badge
from app.gui.toolkit.folding import FoldingSplitter
from app.gui.toolkit.forms import word_choices
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.layout import boxed, button, column, label, panel, row
from app.gui.toolkit.scroll_body import bring_into_sight
from app.gui.toolkit.table_view import TableView
from app.gui.toolkit.tables import PagedTableModel, TableColumn
from app.gui.toolkit.theme import Badge
from app.gui.toolkit.topbar import FilterBox, SearchBox
from app.i18n import N_
from app.services.core.keyset import PAGE
from app.services.incidents.incident_queries import (
    NEWEST_FOUND,
    IncidentFilter,
    only_searched,
)
from app.services.register.terminal_queries import Choices
from app.texts import word
from app.texts.deadlines import due_text


class IncidentsPage(Page):
    """List at the left, the chosen incident at the right."""

    kinds = ("incident", "terminal", "technician")

    def __init__(self, context: AppContext) -> None:
        super().__init__(context, _("Incidents"))
        self._wanted = IncidentFilter(states="unfinished")
        self._looking_for = ""
        self._fresh: Incident | None = None
        self._before: IncidentFilter | None = None
        self._model = PagedTableModel(self._columns(), PAGE, self)
        self._table = TableView(self._model, two_lines=True, name="incidents", title=_("Incidents"))
        self._list = PagedList(self, self._model)
        self.detail = IncidentDetail()
        self.answer = AnswerBar(self)
        self.detail.put_above(self.answer)
        evidence, report = EvidenceTab(self), ReportTab(self)
        self.detail.tabs.add(evidence, 2)
        self.detail.tabs.add(report, 3)
        self.detail.tabs.add(ShopTab(self))
        self.diagnosis = DiagnosisTab()
        self.diagnosis.stop_began.connect(lambda: bring_into_sight(self.detail))
        self.detail.tabs.add(self.diagnosis, 0)
        self.detail.tabs.setCurrentIndex(0)
        self.consulting = DiagnosisActions(self, self.diagnosis)
        self.reporting = IncidentReporting(self)
        self.steps = IncidentActions(self, self.detail, self.consulting, self.reporting)
        self.finish = FinishFlow(self, self.detail, evidence, report, self.steps.take)
        self.steps.stepped.connect(self.finish.go_on)
        self._make_bar()
        self._make_content()
        self._connect()

    # --- building ------------------------------------------------------------------------------

    def _make_bar(self) -> None:
        self._search = SearchBox(_("Number, TID, merchant, code, symptom …"))
        self._states = FilterBox(
            _("State"),
            (
                ("unfinished", _("unfinished")),
                ("open", _("unresolved")),
                ("overdue", _("overdue")),
                ("on_hold", _("on hold")),
                ("resolved", _("to be confirmed")),
                ("closed", _("closed")),
            ),
        )
        self._states.choose("unfinished")
        self._classes = FilterBox(_("Class"), word_choices("fault_class", FaultClass))
        self._areas = FilterBox(_("Area"))
        self._people = FilterBox(_("Technician"))
        self._firmware = FilterBox(_("Firmware"))
        self._firmware.setToolTip(_("The firmware the terminal had when it was reported"))
        narrowing = (self._states, self._classes, self._areas, self._people, self._firmware)
        self.topbar.add_left(self._search, *narrowing)
        new = action_button(UserAction.NEW_INCIDENT, self.new_incident, role="primary")
        self.topbar.add_right(new)

    def _make_content(self) -> None:
        self._count = label("", "muted")
        self._alone = label("", "", wrap=True)
        back = button(_("Back to that list"), self._show_before, role="link")
        told = row(self._alone, back, margins=(12, 6, 12, 6))
        told.setStretch(0, 1)
        self._why = panel(told, "note")
        self._why.hide()
        below = row(self._count, margins=(12, 4, 12, 6))
        left = boxed(column(self._why, self._table, below, spacing=0))
        nothing = boxed(
            column(
                None, row(None, label(_("Choose an incident at the left."), "muted"), None), None
            )
        )
        self._right = QStackedWidget()
        self._right.addWidget(nothing)
        self._right.addWidget(self.detail)
        self._splitter = FoldingSplitter(left, self._right, least=(430, 420), heights=(190, 420))
        self._splitter.setSizes([470, 810])
        state = QSettings().value("incidents/splitter")
        # A damaged file of places gives anything.
        if isinstance(state, QByteArray):
            self._splitter.restoreState(state)
        self.set_content(self._splitter)

    def _connect(self) -> None:
        self._search.searched.connect(lambda text: self._narrow(words=text))
        self._states.chosen.connect(lambda value: self._narrow(states=value))
        self._classes.chosen.connect(lambda value: self._narrow(fault_class=value))
        self._areas.chosen.connect(lambda value: self._narrow(area=value))
        self._people.chosen.connect(lambda value: self._narrow(technician_id=value))
        self._firmware.chosen.connect(lambda value: self._narrow(firmware=value))
        self._table.order_changed.connect(lambda order: self._narrow(order=order))
        self._table.current_changed.connect(self._on_current)
        self._table.opened.connect(lambda _item: self.detail.primary.setFocus())
        self._list.arrived.connect(self._on_list)
        self.detail.asked.connect(self.steps.take)
        self.detail.stops.opened.connect(self.show_incident)
        self.reporting.shown.connect(self.show_incident)
        self.reporting.reported.connect(self._on_reported)
        self.detail.tabs.wanted.connect(self.steps.want)

    def _columns(self) -> tuple[TableColumn, ...]:
        return (
            TableColumn(
                title=_("Number"),
                text=lambda i: i.number,
                badge=self._badge,
                order="number",
                width=114,
            ),
            TableColumn(
                title=_("Merchant"),
                text=lambda i: i.of_whom,
                detail=_symptom,
                order="merchant",
                width=170,
                stretch=True,
            ),
            TableColumn(
                title=_("Class"),
                text=lambda i: word(words(), "fault_class_short", i.fault_class),
                detail=_share,
                order="class",
                width=86,
            ),
            TableColumn(
                title=_("Due"),
                text=self._due,
                detail=lambda i: i.technician,
                order="due",
                width=118,
            ),
        )

    def _badge(self, item: IncidentSummary) -> Badge:
        return summary_badge(item, self.context.now())

    def _due(self, item: IncidentSummary) -> str:
        return due_text(words(), item, self._moment)

    def _moment(self, moment: datetime) -> str:
        today = self.context.now().astimezone().date()
        days = (moment.astimezone().date() - today).days
        if days in _NEAR:
            return _(_NEAR[days], time=words().clock(moment))
        return words().short_moment(moment, today)

    # --- the list ------------------------------------------------------------------------------

    def _narrow(self, **changes: Any) -> None:
        self._wanted = replace(self._wanted, **changes)
        # Another list: its own first incident is shown.
        self._looking_for = ""
        self._why.hide()
        self.refresh()

    def refresh(self) -> None:
        """Read list, filters and the incident in sight again."""
        services = self.context.services
        self._list.show(services.incidents, self._wanted)
        self.run(
            lambda: (services.terminals.choices(), services.directory.technicians()),
            lambda found: self._show_choices(*found),
        )
        if self._looking_for and self._right.currentWidget() is self.detail:
            # It stays in sight when it leaves the list: a report just closed is to be printed.
            self.show_incident(self._looking_for)

    def _show_choices(self, choices: Choices, people: tuple[Technician, ...]) -> None:
        self._areas.set_choices([(area, area) for area in choices.areas])
        self._firmware.set_choices([(one, one) for one in choices.firmware])
        self._people.set_choices([(person.id, person.name) for person in people])
        # A filter may have come before what it is chosen from.
        self._areas.put(self._wanted.area)
        self._people.put(self._wanted.technician_id)
        self._firmware.put(self._wanted.firmware)

    def _on_reported(self, incident: Incident) -> None:
        """Show a new incident, in its list too."""
        self._fresh, self.detail.gone_to = incident, incident.id
        self.detail.tabs.setCurrentWidget(self.diagnosis)
        self.diagnosis.begin(incident.id)
        self.show_incident(incident.id)
        self.refresh()

    def _show_alone(self, incident: Incident) -> None:
        """The list leaves a new incident out, or has it on a later page: show it by itself, and
        say why."""
        before = self._wanted
        self._show_filter(IncidentFilter(words=incident.number, order=before.order))
        self._before = before
        self._alone.setText(
            _(
                "{number} does not stand in the list chosen before, so it is shown by itself.",
                number=incident.number,
            )
        )
        self._why.show()
        self.show_incident(incident.id)

    def _show_before(self) -> None:
        if self._before is not None:
            self._show_filter(self._before)

    def _on_list(self, count: int) -> None:
        assert self.states is not None
        fresh, self._fresh = self._fresh, None
        if fresh is not None and self._model.row_of(fresh.id) < 0:
            self._show_alone(fresh)
            return
        cut = count >= NEWEST_FOUND and only_searched(self._wanted)
        said = _("the newest {count} that match", count=count) if cut else ""
        self._count.setText(
            said or plural("{count} incident in all", "{count} incidents in all", count)
        )
        if not count and not self._looking_for:
            self._show_nothing()
            return
        self.states.show_content()
        if not self._looking_for:
            self._table.select_first()

    def _show_nothing(self) -> None:
        assert self.states is not None
        self._right.setCurrentIndex(0)
        if self._wanted == IncidentFilter(states="unfinished"):
            self.states.show_empty(
                _("No unfinished incidents"),
                _("Report one when a merchant calls or a terminal shows a code."),
                _("New incident"),
                self.new_incident,
                "circle-check",
                self.context.services.context.standing.refusal("incident.open"),
            )
        else:
            self.states.show_empty(
                _("Nothing matches these filters"), "", _("Show all"), self._show_all, "search"
            )

    def _show_all(self) -> None:
        self._show_filter(IncidentFilter(order=self._wanted.order))

    def _show_filter(self, wanted: IncidentFilter) -> None:
        """List what passes this filter, and let the boxes above say so."""
        for box, value in (
            (self._states, wanted.states),
            (self._classes, wanted.fault_class),
            (self._areas, wanted.area),
            (self._people, wanted.technician_id),
            (self._firmware, wanted.firmware),
        ):
            box.put(value)
        self._search.put(wanted.words)
        self._why.hide()
        self._wanted = wanted
        self._looking_for = ""
        self.refresh()

    def landing(self) -> QWidget | None:
        """The list, from which Enter goes to the next step."""
        return self._table if self._model.rowCount() else None

    def next_act(self) -> QWidget | None:
        """The button of the next step."""
        return self.detail.primary

    # --- the detail ----------------------------------------------------------------------------

    def _on_current(self, item: IncidentSummary | None) -> None:
        if item is not None:
            self.show_incident(item.id)

    def show_incident(self, incident_id: str) -> None:
        """Show one incident at the right, and choose it at the left where it can be seen."""
        services = self.context.services
        self._looking_for = incident_id

        def arrived(view: IncidentView) -> None:
            if incident_id == self._looking_for:
                self.detail.show_view(view)
                assigned = view.incident.state is IncidentState.ASSIGNED
                self.answer.show_for(incident_id, unanswered=assigned)
                self._right.setCurrentWidget(self.detail)
                self._choose(incident_id)

        def missing(error: AppError) -> None:
            if incident_id == self._looking_for:
                view = self.detail.view
                self._looking_for = view.incident.id if view is not None else ""
            self.context.failed.emit(error)

        self.run(lambda: gather(services, incident_id), arrived, failed=missing)

    def _choose(self, incident_id: str) -> None:
        current = self._table.current()
        if (current is None or current.id != incident_id) and not self._table.select(incident_id):
            # Another row must not look as if it were the one at the right.
            self._table.choose_none()

    def new_incident(self) -> None:
        """Report an abnormal state."""
        self.reporting.open_editor(ReportIncident())

    def activate(self, target: Navigate) -> None:
        """Report an incident, show one, or list those of a filter."""
        match target:
            case ReportIncident():
                self.reporting.open_editor(target)
            case ShowIncident(incident_id):
                self.detail.gone_to = incident_id
                self.show_incident(incident_id)
            case ListIncidents(wanted):
                self._show_filter(wanted)
            case _:
                super().activate(target)

    def keep_place(self, store: QSettings) -> None:
        """Remember how the page is divided."""
        store.setValue("incidents/splitter", self._splitter.saveState())


_NEAR = {-1: N_("Yesterday {time}"), 0: N_("Today {time}"), 1: N_("Tomorrow {time}")}


def _symptom(item: IncidentSummary) -> str:
    return " · ".join(part for part in (item.displayed_code or item.symptom, item.model) if part)


def _share(item: IncidentSummary) -> str:
    if item.confirmed:
        return _("confirmed")
    return _("likely {share}", share=f"{item.share:.0%}") if item.share else ""
