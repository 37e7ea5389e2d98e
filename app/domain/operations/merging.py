"""Three-way merging of free text, line by line, so that nothing anybody wrote is lost."""

from __future__ import annotations

from difflib import SequenceMatcher


def merged_lines(base: str, mine: str, theirs: str) -> str:
    """Two texts that were both made of `base`, as one.

    What only one of them changed is as that one left it; where both changed the same lines,
    `theirs` comes first, then what `mine` has beside it.  A line either of them added is in the
    result (diff3: Khanna, Kunal, Pierce, "A Formal Investigation of Diff3", 2007, but that a
    conflict keeps both).
    """
    if mine == theirs or theirs == base:
        return mine
    if mine == base:
        return theirs
    before = base.splitlines()
    ours, others = mine.splitlines(), theirs.splitlines()
    merged: list[str] = []
    for at, a, b in _stretches(before, ours, others):
        merged += _resolved(before[at], ours[a], others[b])
    return "\n".join(merged)


def _resolved(before: list[str], mine: list[str], theirs: list[str]) -> list[str]:
    if mine in (theirs, before):
        return theirs
    if theirs == before:
        return mine
    # Lines of the base that one of them took out stay out; those both have are there once.
    return theirs + [line for line in mine if line not in theirs and line not in before]


def _stretches(
    base: list[str], mine: list[str], theirs: list[str]
) -> list[tuple[slice, slice, slice]]:
    """The three texts cut at the lines all of them share: what lies between two cuts, and the
    shared lines themselves, in order."""
    kept = dict(_matches(base, theirs))
    shared = [(at, a, kept[at]) for at, a in _matches(base, mine) if at in kept]
    found: list[tuple[slice, slice, slice]] = []
    last = (0, 0, 0)
    for at, a, b in [*shared, (len(base), len(mine), len(theirs))]:
        found.append((slice(last[0], at), slice(last[1], a), slice(last[2], b)))
        found.append((slice(at, at + 1), slice(a, a + 1), slice(b, b + 1)))
        last = (at + 1, a + 1, b + 1)
    return found


def _matches(one: list[str], other: list[str]) -> list[tuple[int, int]]:
    """The lines both share, in order, by their places."""
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return [(b.a + n, b.b + n) for b in blocks for n in range(b.size)]
