"""The tokenizer, and the corpus as token ids.

`train` makes a byte-level BPE tokenizer as GPT-2's is (same splitting of words, no normalising,
one special token that ends a text). `encode` writes each part of the corpus as one file of
uint16 ids, each document followed by the end token, as GPT-2's data was prepared. Modern prose
is repeated so that it weighs what `--modern-share` says.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from corpus import SEPARATOR, Document, read_part

# Enough text to rank merges by; more changes nothing but the time.
TRAINING_CHARACTERS = 60_000_000


def train(documents: list[Document], size: int) -> Tokenizer:
    """A byte-level BPE tokenizer of `size` tokens, the last of which ends a text."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size - 1,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=[],
        show_progress=False,
    )
    tokenizer.train_from_iterator(_sample(documents), trainer)
    tokenizer.add_special_tokens([SEPARATOR])
    return tokenizer


def _sample(documents: list[Document]) -> Iterator[str]:
    """All modern prose, then books from their beginnings until there is enough."""
    budget = TRAINING_CHARACTERS
    books = [d.text for d in documents if d.kind == "books"]
    modern = [d.text for d in documents if d.kind == "modern"]
    for text in modern:
        budget -= len(text)
        yield text
    each = max(1, budget // max(1, len(books)))
    for text in books:
        yield text[:each]


def encode(documents: list[Document], tokenizer: Tokenizer, path: Path) -> int:
    """Writes the ids of the documents, each followed by the end token; answers how many."""
    end = tokenizer.token_to_id(SEPARATOR)
    total = 0
    with path.open("wb") as file:
        for start in range(0, len(documents), 64):
            texts = [d.text for d in documents[start : start + 64]]
            for encoding in tokenizer.encode_batch(texts):
                ids = np.array([*encoding.ids, end], dtype=np.uint16)
                ids.tofile(file)
                total += len(ids)
    return total


def weigh(documents: list[Document], modern_share: float) -> list[Document]:
    """The documents with modern ones repeated until they are about that share of the bytes."""
    books = [d for d in documents if d.kind == "books"]
    modern = [d for d in documents if d.kind == "modern"]
    book_bytes = sum(len(d.text) for d in books)
    modern_bytes = max(1, sum(len(d.text) for d in modern))
    repeats = max(1, round(modern_share / (1 - modern_share) * book_bytes / modern_bytes))
    weighed = books + modern * repeats
    np.random.default_rng(0).shuffle(weighed)  # type: ignore[arg-type]
    return weighed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpus", type=Path, help="what corpus.py wrote")
    parser.add_argument("target", type=Path)
    parser.add_argument("--vocab-size", type=int, default=8192)
    parser.add_argument("--modern-share", type=float, default=0.25)
    arguments = parser.parse_args()
    if not 257 <= arguments.vocab_size <= 65_536:
        parser.error("--vocab-size must be from 257 to 65536")
    arguments.target.mkdir(parents=True, exist_ok=True)
    training = read_part(arguments.corpus, "train")
    tokenizer = train(training, arguments.vocab_size)
    tokenizer.save(str(arguments.target / "tokenizer.json"), pretty=False)
    report = {
        "vocab_size": tokenizer.get_vocab_size(),
        "modern_share": arguments.modern_share,
        "tokens": {},
        "bytes": {},
    }
    parts = {"train": weigh(training, arguments.modern_share)}
    for part in ("validation-books", "validation-modern"):
        parts[part] = read_part(arguments.corpus, part)
    for part, documents in parts.items():
        path = arguments.target / f"{part}.bin"
        report["tokens"][part] = encode(documents, tokenizer, path)
        report["bytes"][part] = sum(len(d.text.encode()) + 1 for d in documents)
    (arguments.target / "vocabulary.json").write_text(json.dumps(report, indent=2) + "\n")
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
