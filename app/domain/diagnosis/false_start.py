"""What was said in words may be misunderstood, or about something else: beliefs hold both open, and
answers that contradict the words take them back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.domain.diagnosis.bayes import Beliefs

HEARD = 0.9
"""How often words mean what they are taken for, fitted to sources never learnt from."""
CONTRADICTED = 0.8
"""The share of words that mean what they are taken for below which answers contradict them."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Beliefs if the words mean what they are taken for, and if they mean nothing of it."""

    words: Beliefs
    nothing: Beliefs
    odds: float = HEARD / (1 - HEARD)

    def said(self, words: Beliefs) -> Heard:
        """After something was said in words."""
        return replace(self, words=words)

    def known(self, words: Beliefs, nothing: Beliefs) -> Heard:
        """After something that does not rest on words: how well each foresaw it moves the odds."""
        mode = max(self.nothing.modes, key=lambda m: min(nothing.modes[m], words.modes[m]))
        by_words = words.modes[mode] / self.words.modes[mode]
        by_nothing = nothing.modes[mode] / self.nothing.modes[mode]
        # What is seen is as likely under one mode whoever is right, so these ratios differ by how
        # likely each thought it.
        return Heard(words, nothing, self.odds * by_nothing / by_words)

    @property
    def share(self) -> float:
        """How likely the words mean what they are taken for."""
        return self.odds / (1 + self.odds)

    @property
    def contradicted(self) -> bool:
        """Whether what is known otherwise speaks against the words."""
        return self.share < CONTRADICTED

    @property
    def together(self) -> Beliefs:
        """The beliefs with both held open."""
        share = self.share
        modes = {
            mode: share * belief + (1 - share) * self.nothing.modes[mode]
            for mode, belief in self.words.modes.items()
        }
        return Beliefs(modes, self.words.causes)
