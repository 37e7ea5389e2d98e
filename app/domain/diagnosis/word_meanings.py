"""What a word means by the company it keeps elsewhere: a weight for each class and each of some
twenty thousand words, Chinese and English, most of which no case ever held.

Where the weights come from stands in resources/manual/decisions/words.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.domain.diagnosis.folding import JOINING
from app.domain.diagnosis.weight_table import WeightTable

LONGEST_WORD = 5
"""Characters of the longest Chinese word that is looked up."""
_CHINESE = re.compile(r"[㐀-鿿]")


def meaning_rows(table: WeightTable, tokens: Sequence[str]) -> Iterator[int]:
    """The rows of the words of a text."""
    run = ""
    for token in (*tokens, ""):
        if _CHINESE.match(token):
            run += token
            continue
        yield from _words_in(table, run)
        run = ""
        if token and token not in JOINING and (row := table.row(token)) is not None:
            yield row


def _words_in(table: WeightTable, run: str) -> Iterator[int]:
    """The longest known words of Chinese written without spaces, from left to right."""
    place = 0
    while place < len(run):
        for end in range(min(len(run), place + LONGEST_WORD), place, -1):
            row = table.row(run[place:end])
            if row is not None:
                yield row
                place = end
                break
        else:
            place += 1
