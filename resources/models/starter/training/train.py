"""Trains a model, in as many sittings as it takes.

Everything that a sitting needs to go on (weights, optimiser, step, the order of the data) lies
in `state.pt`, replaced in one step every few minutes: killed at any moment, the next call goes
on from there, with the same result as if it had never stopped. The order of the data is a
function of the seed and the step.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from model import SIZES, Gpt2, Shape


def windows(ids: np.ndarray, length: int, step: int, batch: int, seed: int) -> torch.Tensor:
    """The batch of one step, [batch, length + 1]: windows at random places."""
    starts = np.random.default_rng((seed, step)).integers(0, len(ids) - length - 1, size=batch)
    rows = [ids[start : start + length + 1].astype(np.int64) for start in starts]
    return torch.from_numpy(np.stack(rows))


def learning_rate(step: int, steps: int, peak: float, warmup: int) -> float:
    """Linear warm-up, then a cosine down to a tenth."""
    if step < warmup:
        return peak * (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return peak * (0.1 + 0.45 * (1 + math.cos(math.pi * min(1.0, progress))))


@torch.no_grad()
def validation_loss(
    model: Gpt2, ids: np.ndarray, device: torch.device, batches: int, batch: int
) -> float:
    """Mean loss over windows spread evenly over a validation text, in nats per token."""
    model.eval()
    length = model.shape.n_positions
    starts = np.linspace(0, len(ids) - length - 2, batches * batch).astype(np.int64)
    losses = []
    for first in range(0, len(starts), batch):
        rows = [ids[s : s + length + 1].astype(np.int64) for s in starts[first : first + batch]]
        with autocast(device):
            losses.append(model.loss(torch.from_numpy(np.stack(rows)).to(device)).item())
    model.train()
    return sum(losses) / len(losses)


def autocast(device: torch.device) -> torch.autocast:
    """bfloat16 arithmetic on a GPU; a CPU computes as it is."""
    return torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda")


def optimiser(model: Gpt2, peak: float) -> torch.optim.AdamW:
    matrices = [p for p in model.parameters() if p.dim() >= 2]
    others = [p for p in model.parameters() if p.dim() < 2]
    return torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}],
        lr=peak,
        betas=(0.9, 0.95),
    )


def save(path: Path, state: dict[str, object]) -> None:
    """Replaces the state in one step."""
    temporary = path.with_suffix(".new")
    with temporary.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path, help="what vocabulary.py wrote")
    parser.add_argument("run", type=Path, help="folder of this run's state and log")
    parser.add_argument("--size", choices=SIZES, default="cpu")
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--batch", type=int, default=16, help="windows per step")
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--warmup", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1337)
    parser.add_argument("--minutes", type=float, default=math.inf, help="end this sitting then")
    parser.add_argument("--validate-every", type=int, default=250)
    arguments = parser.parse_args()

    torch.manual_seed(arguments.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    vocab_size = json.loads((arguments.data / "vocabulary.json").read_text())["vocab_size"]
    shape = Shape(**SIZES[arguments.size], vocab_size=vocab_size)
    data = {
        part: np.memmap(arguments.data / f"{part}.bin", dtype=np.uint16, mode="r")
        for part in ("train", "validation-books", "validation-modern")
    }
    model = Gpt2(shape).to(device)
    adamw = optimiser(model, arguments.learning_rate)
    settings = {
        key: getattr(arguments, key)
        for key in ("size", "steps", "batch", "learning_rate", "warmup", "seed")
    }
    log: dict[str, object] = {
        "settings": settings,
        "shape": asdict(shape),
        "parameters": sum(p.numel() for p in model.parameters()),
        "seconds": 0.0,
        "losses": [],
    }
    step = 0
    arguments.run.mkdir(parents=True, exist_ok=True)
    state_file = arguments.run / "state.pt"
    if state_file.exists():
        state = torch.load(state_file, map_location=device, weights_only=True)
        if state["log"]["settings"] != settings:
            parser.error(f"{state_file} belongs to a run with other settings")
        model.load_state_dict(state["model"])
        adamw.load_state_dict(state["optimiser"])
        log, step = state["log"], state["step"]

    forward = torch.compile(model.loss) if device.type == "cuda" else model.loss
    began = saved = time.monotonic()
    losses = log["losses"]
    assert isinstance(losses, list)

    def keep() -> None:
        nonlocal saved
        now = time.monotonic()
        log["seconds"] = float(str(log["seconds"])) + now - saved
        saved = now
        state = {
            "model": model.state_dict(),
            "optimiser": adamw.state_dict(),
            "log": log,
            "step": step,
        }
        save(state_file, state)
        (arguments.run / "training-log.json").write_text(
            json.dumps({**log, "steps": step, "device": device.type}, indent=1) + "\n"
        )

    running: list[float] = []
    while step < arguments.steps and time.monotonic() - began < 60 * arguments.minutes:
        for group in adamw.param_groups:
            group["lr"] = learning_rate(
                step, arguments.steps, arguments.learning_rate, arguments.warmup
            )
        ids = windows(data["train"], shape.n_positions, step, arguments.batch, arguments.seed)
        with autocast(device):
            loss = forward(ids.to(device))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        adamw.step()
        adamw.zero_grad(set_to_none=True)
        running.append(loss.item())
        step += 1
        if step % arguments.validate_every == 0 or step == arguments.steps:
            entry = {"step": step, "train": sum(running) / len(running)}
            for part in ("validation-books", "validation-modern"):
                entry[part] = validation_loss(model, data[part], device, 16, 8)
            running.clear()
            losses.append(entry)
            print(json.dumps(entry), flush=True)
            keep()
        elif time.monotonic() - saved > 300:
            keep()
    keep()


if __name__ == "__main__":
    main()
