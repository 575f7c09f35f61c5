"""A run as a Hugging Face folder: config, weights in fp16, tokenizer, the log of its training.

`generation_config.json` recommends what `decoding.json` beside this script found to be best.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer

from corpus import SEPARATOR
from model import Gpt2, Shape, checkpoint_tensors

TRAINED_BY = "the makers of Autodoc"


def load_run(run: Path) -> tuple[Gpt2, dict[str, Any]]:
    """The model of a run's `state.pt` and the run's log."""
    state = torch.load(run / "state.pt", map_location="cpu", weights_only=True)
    model = Gpt2(Shape(**state["log"]["shape"]))
    model.load_state_dict(state["model"])
    return model.eval(), {**state["log"], "steps": state["step"]}


def training_log(log: dict[str, Any], data: Path, corpus: Path) -> dict[str, Any]:
    """What the model store and the card tell of the training."""
    sittings = log["sittings"]
    prepared = json.loads((corpus / "corpus.json").read_text())
    vocabulary = json.loads((data / "vocabulary.json").read_text())
    return {
        "trained_by": TRAINED_BY,
        "started_on": sittings[0]["began"],
        "ended_on": sittings[-1]["ended"],
        "hardware": sittings[-1]["machine"]["device"],
        "software": f"PyTorch {sittings[-1]['machine']['torch']}",
        "configuration": {
            **log["settings"],
            **log["shape"],
            "modern_share": vocabulary["modern_share"],
            "parameters": log["parameters"],
            "steps_done": log["steps"],
            "tokens_seen": log["tokens"],
            "tokens_at_hand": vocabulary["tokens"]["train"],
            "seconds": sum(sitting["seconds"] for sitting in sittings),
        },
        "data": [*prepared["sources"], *prepared["files"]],
        "documents": prepared["counts"],
        "losses": log["losses"],
    }


def metrics_of(target: Path, weights_sha256: str) -> dict[str, float]:
    """What evaluate.py found of these very weights before; empty where it did not look."""
    log = target / "training-log.json"
    earlier = json.loads(log.read_text()) if log.exists() else {}
    return earlier["metrics"] if earlier.get("weights_sha256") == weights_sha256 else {}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("data", type=Path, help="what vocabulary.py wrote")
    parser.add_argument("corpus", type=Path, help="what corpus.py wrote")
    parser.add_argument("target", type=Path)
    arguments = parser.parse_args()
    target: Path = arguments.target
    model, log = load_run(arguments.run)
    tokenizer = Tokenizer.from_file(str(arguments.data / "tokenizer.json"))
    end = tokenizer.token_to_id(SEPARATOR)
    decoding = json.loads((Path(__file__).parent / "decoding.json").read_text())
    target.mkdir(parents=True, exist_ok=True)

    def write(name: str, value: object) -> None:
        (target / name).write_text(json.dumps(value, indent=2) + "\n")

    write("config.json", model.shape.config(end))
    write(
        "generation_config.json",
        {"bos_token_id": end, "eos_token_id": end, **decoding["recommended"]},
    )
    write(
        "tokenizer_config.json",
        {
            "tokenizer_class": "GPT2TokenizerFast",
            "bos_token": SEPARATOR,
            "eos_token": SEPARATOR,
            "unk_token": SEPARATOR,
            "add_prefix_space": False,
            "clean_up_tokenization_spaces": False,
            "model_max_length": model.shape.n_positions,
        },
    )
    shutil.copyfile(arguments.data / "tokenizer.json", target / "tokenizer.json")
    weights = target / "model.safetensors"
    save_file(checkpoint_tensors(model), weights, {"format": "pt"})
    # The library writes for the owner alone.
    weights.chmod(0o644)
    description = training_log(log, arguments.data, arguments.corpus)
    description["weights_sha256"] = hashlib.sha256(weights.read_bytes()).hexdigest()
    description["metrics"] = metrics_of(target, description["weights_sha256"])
    write("training-log.json", description)


if __name__ == "__main__":
    main()
