"""What no rule can do better: the power of the best possible test for a cause of a given size.

Whoever knew the rate of the class exactly, the day the cause began and the terminals it is on would
count the incidents on them since that day and call the count a cause from some number on.  For
Poisson counts no other test of the same false alarms finds more (Neyman and Pearson 1933).  The
number follows from the false warnings a month that are allowed over the estate, shared by the
series looked at.  A real rule knows none of the three, so it finds less.

``python -m tests.bench.warning_power`` prints the table of the decision record.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.insight.tails import lower_gamma

WEEKS_A_YEAR = 365.25 / 7
MONTH_WEEKS = WEEKS_A_YEAR / 12
SERIES = 272
"""Groups times classes looked at in an estate of two thousand terminals: 14 firmware versions, 7
models, 9 areas and 4 acquirers with 8 classes each."""
ALLOWED = 0.1
"""False warnings a month over the whole estate."""


@dataclass(frozen=True, slots=True)
class CauseSize:
    """A cause: `ratio` times the incidents, `rate` a terminal and year, on so many terminals."""

    ratio: float
    terminals: int
    rate: float = 0.44
    """The mean of hardware and software in `tests.fleets`."""

    def expected(self, weeks: float) -> float:
        """Incidents to be expected without the cause."""
        return self.terminals * self.rate * weeks / WEEKS_A_YEAR


def threshold(expected: float, alarms: float) -> int:
    """The least count that chance reaches with at most the probability `alarms`."""
    count = 1
    while lower_gamma(count, expected) > alarms:
        count += 1
    return count


def best_power(cause: CauseSize, weeks: float, allowed: float = ALLOWED) -> float:
    """The probability that the best possible test has found a cause after so many weeks; what is
    allowed of false alarms in that time is spent on the one look at its end."""
    alarms = allowed * max(1.0, weeks / MONTH_WEEKS) / SERIES
    expected = cause.expected(weeks)
    return lower_gamma(threshold(expected, alarms), cause.ratio * expected)


def main() -> None:
    """Print the powers after two weeks and after half a year."""
    for ratio in (2.0, 3.0, 5.0):
        for terminals in (5, 10, 20, 60, 200):
            cause = CauseSize(ratio, terminals)
            powers = " ".join(f"{best_power(cause, weeks):.2f}" for weeks in (2, 13, 26))
            print(f"ratio {ratio:g}, {terminals:3} terminals: {powers}")


if __name__ == "__main__":
    main()
