"""How well the rules of warnings tell causes from chance, on fleets made by chance.

``python -m tests.bench.warning_quality --seeds 500-520`` prints, for each kind of planted cause,
how often (with the 95 % interval, and what the best possible test would find) and how soon it is
found and how many other warnings stand beside it, then the false
warnings a month in histories without a cause.  Thresholds were tuned on seeds below 200.
"""

from __future__ import annotations

import argparse
import random
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.domain.faults import FaultClass
from app.domain.insight.estate_counts import CLASSES, IncidentColumns
from app.domain.insight.findings import ExcessCause
from app.domain.insight.intervals import poisson_interval, share_interval
from app.domain.insight.survey import survey
from app.domain.insight.warnings import SubjectKind
from tests.bench.warning_power import CauseSize, best_power
from tests.fleets import MILD, STRONG, Fleet, FleetMaker, Plant

SIZE = 2000
FIRST_LOOK = 120
MONTH = 30
OBSERVED_WEEKS = 30
"""How long planted causes last on average until the end of the history."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A kind of cause: its rate ratio, and its size where that is chosen."""

    kind: str
    ratio: float = 0
    amount: int = 0


SCENARIOS = (
    *(Scenario("firmware", ratio, n) for ratio in (2, 3, 5) for n in (5, 10, 20, 60, 200)),
    *(Scenario("area", ratio) for ratio in (2, 3, 5)),
    *(Scenario("model", ratio) for ratio in (2, 3, 5)),
    *(Scenario("acquirer", ratio) for ratio in (2, 3, 5)),
    *(Scenario("outage", amount=n) for n in (5, 6, 10, 55)),
    *(Scenario("merchant", amount=n) for n in (5, 7, 14)),
    *(Scenario("terminal", amount=n) for n in (5, 6, 7)),
)
_RISING = {
    "area": SubjectKind.AREA,
    "model": SubjectKind.MODEL,
    "acquirer": SubjectKind.ACQUIRER,
}


def _planted(scenario: Scenario, seed: int, unlike: float) -> Fleet:
    maker = FleetMaker(SIZE, seed, unlike=unlike)
    chance = random.Random(f"{scenario} {seed}")
    first = chance.randrange(maker.days - 270, maker.days - 150)
    kind, amount = scenario.kind, scenario.amount

    def one_of(*names: FaultClass) -> int:
        return CLASSES.index(chance.choice(names))

    if kind == "firmware":
        name = one_of(FaultClass.HARDWARE, FaultClass.SOFTWARE)
        maker.new_firmware(name, scenario.ratio, first, amount)
    elif kind in _RISING:
        name = one_of(FaultClass.HARDWARE, FaultClass.NETWORK, FaultClass.OPERATION)
        maker.rise(_RISING[kind], name, scenario.ratio, first)
    elif kind == "outage":
        maker.outage(one_of(FaultClass.NETWORK, FaultClass.SYSTEM), amount, first)
    elif kind == "merchant":
        maker.shop_burst(one_of(FaultClass.OPERATION, FaultClass.FROZEN), amount, first, 60)
    else:
        maker.terminal_burst(one_of(FaultClass.HARDWARE, FaultClass.SOFTWARE), amount, first, 75)
    return maker.fleet


def _names(plant: Plant, cause: ExcessCause, columns: IncidentColumns) -> bool:
    """Whether a warning is about a plant: its class, and mostly its terminals."""
    finding = cause.finding
    if finding.name != plant.name:
        return False
    on = sum(columns.terminals[at] in plant.terminals for at in cause.incidents)
    share = on / max(1, len(cause.incidents))
    same = (finding.kind, finding.group) == plant.subject
    return share >= (0.5 if same else 0.6)


def measure_plants(scenario: Scenario, seeds: Sequence[int], unlike: float) -> str:
    """One line: found, delay, share of the warnings at that look that are about the plant."""
    delays: list[int] = []
    right = wrong = 0
    for seed in seeds:
        fleet = _planted(scenario, seed, unlike)
        (plant,) = fleet.plants
        soon = plant.first + 8 * 7
        ahead: Iterable[int] = (
            *range(plant.first + 6, min(soon, fleet.days), 7),
            *range(soon, fleet.days - 1, 28),
            fleet.days - 1,
        )
        if scenario.kind == "outage":
            ahead = (plant.first, plant.first + 1)
        for day in ahead:
            columns = fleet.until(day)
            told = [_names(plant, one, columns) for one in survey(fleet.estate(day), columns)]
            if any(told):
                delays.append(day - plant.first)
                right, wrong = right + sum(told), wrong + len(told) - sum(told)
                break
    late = f"{statistics.median(delays):.0f} d" if delays else "—"
    low, high = share_interval(len(delays), len(seeds))
    sure = f"(95 %: {low:.2f} to {high:.2f}){_bound(scenario)}"
    return (
        f"{scenario.kind:9} ratio {scenario.ratio or '—'} size {scenario.amount or 'group'}:"
        f" found {len(delays)}/{len(seeds)} {sure},"
        f" median delay {late}, right {right}, wrong {wrong}"
    )


def _bound(scenario: Scenario) -> str:
    """What no rule can do better, where the size of the cause is chosen."""
    if scenario.kind != "firmware":
        return ""
    cause = CauseSize(scenario.ratio, scenario.amount)
    return f", at best {best_power(cause, OBSERVED_WEEKS):.2f}"


def measure_chance(seeds: Sequence[int], unlike: float) -> Iterator[str]:
    """False warnings a month in histories without a cause, each new one counted once: after each
    history what all so far gave."""
    false, months = 0, 0.0
    for seed in seeds:
        fleet = FleetMaker(SIZE, seed, unlike=unlike).fleet
        seen: set[tuple[object, ...]] = set()
        for day in range(FIRST_LOOK, fleet.days, MONTH):
            for cause in survey(fleet.estate(day), fleet.until(day)):
                one = cause.finding
                seen.add((one.rule, one.kind, one.group, one.name))
        false += len(seen)
        months += (fleet.days - FIRST_LOOK) / (365.25 / 12)
        yield _false(false, months, unlike)


def _false(false: int, months: float, unlike: float) -> str:
    low, high = (bound / months for bound in poisson_interval(false))
    return (
        f"no cause, unlike by {unlike}: {false} false warnings in {months:.0f} months,"
        f" {false / months:.3f} a month (95 %: {low:.3f} to {high:.3f})"
    )


def main() -> None:
    """Print everything, or what is asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", default="500-510")
    parser.add_argument("--kinds", default="")
    parser.add_argument("--ratios", default="")
    parser.add_argument("--no-plants", action="store_true")
    options = parser.parse_args()
    first, last = map(int, options.seeds.split("-"))
    seeds = range(first, last)
    kinds = options.kinds.split(",") if options.kinds else None
    ratios = {float(one) for one in options.ratios.split(",") if one}
    for scenario in () if options.no_plants else SCENARIOS:
        asked = not ratios or scenario.ratio in ratios
        if asked and (kinds is None or scenario.kind in kinds):
            print(measure_plants(scenario, seeds, MILD), flush=True)
    if kinds is None:
        for so_far in zip(
            *(measure_chance(seeds, unlike) for unlike in (MILD, STRONG)), strict=True
        ):
            print(*so_far, sep="\n", flush=True)


if __name__ == "__main__":
    main()
