"""How good a trained model is: bits per byte on text that it never saw, LAMBADA if it is at hand.

Bits per byte compare models with different tokenizers: the summed negative log-probability of
all tokens of a text, in bits, over its bytes. Every token but a document's first is scored once,
with at least half a context before it where the document has that much.
"""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import dataclass, fields
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch.nn import functional

from corpus import SEPARATOR, Document, read_part
from model import Gpt2, Shape, state_of


def load(folder: Path) -> Gpt2:
    """The model of an exported folder, with the weights as they are shipped."""
    config = json.loads((folder / "config.json").read_text())
    model = Gpt2(Shape(**{field.name: config[field.name] for field in fields(Shape)}))
    model.load_state_dict(state_of(load_file(folder / "model.safetensors"), model))
    return model.eval().to("cuda" if torch.cuda.is_available() else "cpu")


@torch.no_grad()
def negative_log_probability(model: Gpt2, ids: list[int]) -> float:
    """The sum over all ids after the first, in nats, each given what fits before it."""
    device = next(model.parameters()).device
    length = model.shape.n_positions
    stride = length // 2
    total, scored = 0.0, 1
    for start in range(0, max(1, len(ids) - stride), stride):
        window = torch.tensor(ids[start : start + length + 1], device=device)
        if len(window) < 2:
            break
        log_probs = functional.log_softmax(model(window[None, :-1])[0].float(), dim=-1)
        each = log_probs.gather(1, window[1:, None])[:, 0]
        fresh = each[scored - 1 - start :]
        total -= fresh.sum().item()
        scored += len(fresh)
    return total


@dataclass(frozen=True)
class Score:
    """How well a model foresees a text: nats per token, bits per byte."""

    loss: float
    bits_per_byte: float


def score(
    model: Gpt2, tokenizer: Tokenizer, documents: list[Document], most_bytes: int = 1_000_000
) -> Score:
    """Over documents, an equal share of the bytes from the beginning of each."""
    end = tokenizer.token_to_id(SEPARATOR)
    share = max(2_000, most_bytes // max(1, len(documents)))
    nats, tokens, size = 0.0, 0, 0
    for document in documents:
        text = document.text[:share]
        # Starts after the end of another text, so that the first token is scored too.
        ids = tokenizer.encode(text).ids
        nats += negative_log_probability(model, [end, *ids])
        tokens += len(ids)
        size += len(text.encode())
    return Score(nats / tokens, nats / math.log(2) / size)


@torch.no_grad()
def lambada_accuracy(model: Gpt2, tokenizer: Tokenizer, path: Path) -> float:
    """Share of passages (a JSON object with `text` per line) whose last word is predicted."""
    device = next(model.parameters()).device
    right = count = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        context, _, word = json.loads(line)["text"].rpartition(" ")
        answer = tokenizer.encode(f" {word}").ids
        ids = (tokenizer.encode(context).ids + answer)[-model.shape.n_positions :]
        predicted = model(torch.tensor([ids[:-1]], device=device))[0].argmax(-1)
        right += predicted[-len(answer) :].tolist() == answer
        count += 1
    return right / count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="what export.py wrote")
    parser.add_argument("corpus", type=Path, help="what corpus.py wrote")
    parser.add_argument("--lambada", type=Path, help="its test set as JSON lines")
    parser.add_argument("--dry", action="store_true", help="print only")
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    model = load(folder)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    metrics: dict[str, float] = {}
    for kind in ("books", "modern"):
        documents = read_part(arguments.corpus, f"validation-{kind}")
        scored = score(model, tokenizer, documents)
        metrics[f"bits_per_byte_{kind}"] = round(scored.bits_per_byte, 4)
        metrics[f"loss_{kind}"] = round(scored.loss, 4)
        metrics[f"perplexity_{kind}"] = round(math.exp(scored.loss), 2)
    if arguments.lambada is not None:
        accuracy = lambada_accuracy(model, tokenizer, arguments.lambada)
        metrics["lambada_accuracy"] = round(accuracy, 4)
    print(json.dumps(metrics, indent=2))
    if not arguments.dry:
        path = folder / "training-log.json"
        log = json.loads(path.read_text())
        log["metrics"] = metrics
        path.write_text(json.dumps(log, indent=2) + "\n")


if __name__ == "__main__":
    main()
