"""What is said about spare parts and their stock."""

from __future__ import annotations

from app.domain.parts.stock import OFFICE, Warranty, WarrantyBasis
from app.i18n import N_, Translator

PROBLEMS: dict[str, str] = {
    "part.known": N_("Part number {value} is in the catalogue already."),
    "part.twice": N_("Part number {value} stands in row {row} already."),
    "part.model_unknown": N_("No model is called “{value}”; the part is taken without it."),
    "part.does_not_fit": N_(
        "Part {value} is not offered for this terminal. See the models it fits in the catalogue."
    ),
    "stock.not_enough": N_(
        "Only {left} are known to be there, not {value}. If more were taken, say why; the reason is"
        " kept and the stock is to be counted."
    ),
    "stock.no_part": N_("Only parts of the catalogue are kept in stock."),
    "stock.no_own_van": N_(
        "Whose van? “{person}”, who works here, is not among the technicians and has none. Give the"
        " staff code of whose van it is: --place CODE"
    ),
    "stock.same_place": N_("The parts are there already. Choose another place."),
}

FIELDS: dict[str, str] = {
    "van": N_("Van"),
    "stock_reason": N_("Why it was there"),
    "taken_from": N_("Taken from"),
    "list_price_cents": N_("List price"),
    "warranty_months": N_("Warranty of the part"),
    "unit_name": N_("Unit"),
    "callout_fee_cents": N_("Call-out fee"),
    "labour_fee_cents": N_("Labour fee"),
    "part_kind_id": N_("Part"),
    "counted": N_("Counted"),
}

WORDS: dict[str, dict[str, str]] = {
    "stock_cause": {
        "received": N_("Came in"),
        "loaded": N_("Loaded into the van"),
        "unloaded": N_("Back to the store"),
        "used": N_("Used"),
        "taken_back": N_("Not used after all"),
        "counted": N_("Counted"),
    },
}
KINDS: dict[str, str] = {"stock": N_("Stock")}


def place_name(t: Translator, place: str, technician: str) -> str:
    """What a place of the stock is called."""
    return t("Office store") if place == OFFICE else t("Van of {name}", name=technician or place)


def warranty_line(t: Translator, warranty: Warranty) -> str:
    """Whether a part is under warranty, and why."""
    day = t.day(warranty.until)
    if warranty.basis is WarrantyBasis.DEVICE:
        return t("In warranty: the terminal until {day}", day=day)
    if warranty.basis is WarrantyBasis.PART:
        return t("In warranty: the same part was fitted before, covered until {day}", day=day)
    if warranty.basis is WarrantyBasis.NONE:
        return t("Out of warranty: that of the terminal ended on {day}", day=day)
    return t("The warranty of the terminal is not known.")
