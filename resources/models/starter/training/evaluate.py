"""How good a trained model is: bits per byte on text that it never saw, LAMBADA if it is at hand.

Bits per byte compare models with different tokenizers: the summed negative log-probability of
all tokens of a text, in bits, over its bytes. Every token but a document's first is scored once,
with at least half a context before it where the document has that much.
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch.nn import functional

from corpus import Document, read_part
from model import Gpt2, Shape


def load(run: Path) -> Gpt2:
    """The model of a run's `state.pt`."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    state = torch.load(run / "state.pt", map_location=device, weights_only=True)
    model = Gpt2(Shape(**state["log"]["shape"])).to(device)
    model.load_state_dict(state["model"])
    return model.eval()


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


def bits_per_byte(
    model: Gpt2, tokenizer: Tokenizer, documents: list[Document], most_bytes: int = 1_000_000
) -> float:
    """Over documents, an equal share of the bytes from the beginning of each."""
    end = tokenizer.token_to_id("<|endoftext|>")
    share = max(2_000, most_bytes // max(1, len(documents)))
    nats, size = 0.0, 0
    for document in documents:
        text = document.text[:share]
        # Starts after the end of another text, so that the first token is scored too.
        nats += negative_log_probability(model, [end, *tokenizer.encode(text).ids])
        size += len(text.encode())
    return nats / math.log(2) / size


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
    parser.add_argument("run", type=Path)
    parser.add_argument("data", type=Path, help="what vocabulary.py wrote")
    parser.add_argument("corpus", type=Path, help="what corpus.py wrote")
    parser.add_argument("--lambada", type=Path, help="its test set as JSON lines")
    arguments = parser.parse_args()
    model = load(arguments.run)
    tokenizer = Tokenizer.from_file(str(arguments.data / "tokenizer.json"))
    report: dict[str, float] = {}
    for part in ("validation-books", "validation-modern"):
        documents = read_part(arguments.corpus, part)
        report[f"bits per byte, {part}"] = bits_per_byte(model, tokenizer, documents)
    if arguments.lambada is not None:
        report["LAMBADA accuracy"] = lambada_accuracy(model, tokenizer, arguments.lambada)
    (arguments.run / "evaluation.json").write_text(json.dumps(report, indent=2) + "\n")
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
