"""The fields of the resolution form, beside the proof and the swap."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.diagnosis.two_troubles import Trouble
from app.domain.faults import FaultClass
from app.domain.incidents.incidents import Result
from app.gui.pages.incidents.other_trouble_fields import trouble_fields
from app.gui.toolkit.forms import Field, word_choices
from app.gui.toolkit.language import _


def resolution_fields(troubles: Sequence[Trouble] = ()) -> list[Field]:
    """What is entered of how an incident ended, in the order of the service report; of several
    troubles of a report, what became of each."""
    asked = [field for place, each in enumerate(troubles) for field in trouble_fields(place, each)]
    return [*_fault_fields(), *asked, *_outcome_fields()]


def _fault_fields() -> list[Field]:
    return [
        Field(
            name="fault_class",
            label=_("Fault class"),
            kind="choice",
            required=True,
            numbered=True,
            choices=word_choices("fault_class", FaultClass, empty=_("choose …")),
            help=_("Printed on the report; for the figures of fault classes."),
        ),
        Field(
            name="mode",
            label=_("Failure mode"),
            kind="choice",
            numbered=True,
            choices=[("", "")],
            help=_("For the figures of what fails on which model."),
        ),
        Field(
            name="cause",
            label=_("Cause"),
            kind="choice",
            numbered=True,
            choices=[("", "")],
            help=_("Printed on the report; for the figures of causes."),
        ),
        Field(
            name="remedy",
            label=_("Remedy"),
            kind="choice",
            numbered=True,
            choices=[("", "")],
            help=_("Printed on the report; teaches the diagnosis."),
        ),
        Field(
            name="other_text",
            label=_("If other"),
            help=_("Needed where “Other” is chosen above; printed on the report."),
        ),
        Field(
            name="work_done",
            label=_("Work done"),
            kind="text",
            rows=3,
            help=_("Printed on the report the merchant signs."),
        ),
    ]


def _outcome_fields() -> list[Field]:
    return [
        Field(name="advice", label=_("Advice to the merchant"), kind="text", rows=2),
        Field(
            name="result",
            label=_("Result"),
            kind="choice",
            required=True,
            numbered=True,
            choices=word_choices("result", Result, empty=_("choose …")),
            help=_("Printed on the report; ends the time the terminal was down."),
        ),
        Field(
            name="waiting_reference",
            label=_("Reference"),
            help=_("Case number of acquirer, carrier or issuer, when waiting for them."),
        ),
        Field(name="firmware_after", label=_("Firmware now")),
        Field(
            name="callout_fee_cents",
            label=_("Call-out fee"),
            kind="money",
            unit=_("yuan"),
            heading=_("To be paid beside the parts"),
        ),
        Field(name="labour_fee_cents", label=_("Labour fee"), kind="money", unit=_("yuan")),
        Field(name="fee_cents", label=_("Other fee"), kind="money", unit=_("yuan")),
    ]
