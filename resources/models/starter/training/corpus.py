"""The text that the starter is trained on, and the text that it is judged by.

Reads `*.txt.xz` (documents separated by a line `<|endoftext|>`), cleans them, leaves out
near-duplicates, sets whole documents aside for validation and writes

    train.txt, validation-books.txt, validation-modern.txt   documents joined by the separator
    corpus.json                                               what was kept, left out, and why

The split is by document, decided by the hash of its first words: it stays the same when files
are added, and no validation book is ever trained on.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

SEPARATOR = "<|endoftext|>"

# Shorter ones are menus, captions and stubs.
MIN_CHARACTERS = 200
# Of a thousand documents, how many are set aside.
BOOKS_ASIDE, MODERN_ASIDE = 20, 40
# Two documents with more of their sampled shingles in common than this are the same text.
SAME_TEXT = 0.5
SHINGLE_WORDS = 8
SKETCH_SIZE = 256

# Lines that are about the publication and not of it.
BOILERPLATE = re.compile(
    r"project gutenberg|gutenberg\.org|transcriber.s note|all rights reserved|\bISBN\b"
    r"|^\s*(illustration|footnotes?|contents|index)\s*:?\s*$|^\s*\[illustration[^\]]*\]\s*$"
    r"|subscribe to our|follow us on|share this|cookie|click here|sign up for",
    re.IGNORECASE | re.MULTILINE,
)
# Nothing that could be somebody's address or number is learned.
PRIVATE = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.]+|(?<!\d)(?:\+?\d{1,3}[ .-])?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\d)"
)


@dataclass(frozen=True)
class Document:
    """One text. `kind` is `books` or `modern`."""

    kind: str
    text: str

    @property
    def key(self) -> int:
        """The same for the same text, whatever file it lies in: 0 to 2^64 − 1."""
        words = " ".join(self.text.split()[:64])
        return int.from_bytes(hashlib.sha256(words.encode()).digest()[:8], "big")

    @property
    def is_aside(self) -> bool:
        """Whether it is for validation alone."""
        return self.key % 1000 < (BOOKS_ASIDE if self.kind == "books" else MODERN_ASIDE)


def read_documents(folder: Path) -> Iterator[Document]:
    """Every document of a folder of xz files, as it lies there."""
    for path in sorted(folder.glob("*.txt.xz")):
        kind = "modern" if path.name.startswith("modern") else "books"
        with lzma.open(path, "rt", encoding="utf-8") as file:
            for text in file.read().split(f"{SEPARATOR}\n"):
                if text.strip():
                    yield Document(kind, text)


def clean(text: str) -> str:
    """The text without lines about its publication and without paragraphs that name an address.

    A paragraph whose lines were broken to fit a page is put into one line: the model is to
    learn sentences, not the width of a book.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    paragraphs = []
    for paragraph in re.split(r"\n\s*\n", text):
        lines = [line.strip() for line in paragraph.split("\n")]
        lines = [line for line in lines if line and not BOILERPLATE.search(line)]
        if not lines or PRIVATE.search(paragraph):
            continue
        is_prose = sum(map(len, lines)) / len(lines) > 45
        joined = (" " if is_prose else "\n").join(lines)
        paragraphs.append(re.sub(r"[ \t]+", " ", joined))
    return "\n\n".join(paragraphs).strip()


def sketch(text: str) -> frozenset[int]:
    """A bottom-k sketch (Broder 1997) of a text's shingles: the smallest of their hashes."""
    words = re.findall(r"[a-z']+", text.lower())
    shingles = {
        " ".join(words[i : i + SHINGLE_WORDS])
        for i in range(0, max(1, len(words) - SHINGLE_WORDS + 1))
    }
    hashes = sorted(
        int.from_bytes(hashlib.blake2b(s.encode(), digest_size=8).digest(), "big")
        for s in shingles
    )
    return frozenset(hashes[:SKETCH_SIZE])


class SeenTexts:
    """Tells whether nearly the same text has been there before."""

    def __init__(self) -> None:
        self._holders: dict[int, list[int]] = {}
        self._sizes: list[int] = []

    def add(self, text: str) -> bool:
        """False where nearly the same text was there before; else keeps it in mind."""
        marks = sketch(text)
        shared = Counter(holder for mark in marks for holder in self._holders.get(mark, ()))
        for holder, count in shared.most_common(3):
            if count > SAME_TEXT * min(len(marks), self._sizes[holder]):
                return False
        for mark in marks:
            self._holders.setdefault(mark, []).append(len(self._sizes))
        self._sizes.append(len(marks))
        return True


def describe(path: Path) -> dict[str, object]:
    """A file as the training log names it."""
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    return {"name": path.name, "size_bytes": len(content), "sha256": sha256}


def prepare(source: Path, target: Path) -> dict[str, Any]:
    """Writes the cleaned corpus and answers what `corpus.json` says of it."""
    target.mkdir(parents=True, exist_ok=True)
    counts: Counter[str] = Counter()
    seen = SeenTexts()
    texts: dict[str, list[str]] = {"train": [], "validation-books": [], "validation-modern": []}
    # What is set aside goes first, so that of two like texts never the trained one stays.
    documents = sorted(read_documents(source), key=lambda document: not document.is_aside)
    for document in documents:
        counts[f"{document.kind} read"] += 1
        text = clean(document.text)
        if len(text) < MIN_CHARACTERS:
            counts[f"{document.kind} too short"] += 1
        elif not seen.add(text):
            counts[f"{document.kind} near-duplicates"] += 1
        else:
            part = f"validation-{document.kind}" if document.is_aside else "train"
            texts[part].append(f"{document.kind}\n{text}")
            counts[f"{document.kind} in {part}"] += 1
    report: dict[str, Any] = {
        "counts": dict(sorted(counts.items())),
        "sources": [describe(path) for path in sorted(source.glob("*.txt.xz"))],
        "files": [],
    }
    order = np.random.default_rng(0)
    for part, kept in texts.items():
        order.shuffle(kept)
        path = target / f"{part}.txt"
        path.write_text(f"\n{SEPARATOR}\n".join(kept), encoding="utf-8")
        report["files"].append(describe(path))
    (target / "corpus.json").write_text(json.dumps(report, indent=2) + "\n")
    return report


def read_part(folder: Path, part: str) -> list[Document]:
    """The documents of one of the files that `prepare` wrote."""
    documents = []
    for entry in (folder / f"{part}.txt").read_text(encoding="utf-8").split(f"\n{SEPARATOR}\n"):
        kind, _, text = entry.partition("\n")
        documents.append(Document(kind, text))
    return documents


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("source", type=Path, help="folder of *.txt.xz")
    parser.add_argument("target", type=Path, help="folder to write to")
    arguments = parser.parse_args()
    print(json.dumps(prepare(arguments.source, arguments.target), indent=2))
