"""A run as a Hugging Face folder: config, weights in fp16, tokenizer, the log of its training."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

from safetensors.torch import save_file
from tokenizers import Tokenizer

from evaluate import load
from model import checkpoint_tensors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("data", type=Path, help="what vocabulary.py wrote")
    parser.add_argument("target", type=Path)
    arguments = parser.parse_args()
    model = load(arguments.run)
    tokenizer = Tokenizer.from_file(str(arguments.data / "tokenizer.json"))
    end = tokenizer.token_to_id("<|endoftext|>")
    arguments.target.mkdir(parents=True, exist_ok=True)

    def write(name: str, value: object) -> None:
        (arguments.target / name).write_text(json.dumps(value, indent=2) + "\n")

    write("config.json", model.shape.config(end))
    write("generation_config.json", {"bos_token_id": end, "eos_token_id": end})
    write(
        "tokenizer_config.json",
        {"tokenizer_class": "GPT2TokenizerFast", "model_max_length": model.shape.n_positions},
    )
    save_file(
        checkpoint_tensors(model), arguments.target / "model.safetensors", {"format": "pt"}
    )
    shutil.copy(arguments.data / "tokenizer.json", arguments.target / "tokenizer.json")
    log = json.loads((arguments.run / "training-log.json").read_text())
    evaluation = arguments.run / "evaluation.json"
    if evaluation.exists():
        log["evaluation"] = json.loads(evaluation.read_text())
    write("training-log.json", log)


if __name__ == "__main__":
    main()
