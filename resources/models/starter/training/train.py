"""Trains a model, in as many sittings as it takes.

Everything that a sitting needs to go on (weights, optimiser, step, the order of the data) lies
in `state.pt`, replaced in one step every few minutes: killed at any moment, the next call goes
on from there, with the same result as if it had never stopped. The order of the data is a
function of the seed and the step.
"""

from __future__ import annotations

import argparse
import functools
import json
import math
import os
import platform
import re
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch

from model import SIZES, Gpt2, Shape
from muon import Muon


def windows(ids: np.ndarray, length: int, step: int, batch: int, seed: int) -> torch.Tensor:
    """The batch of one step, [batch, length + 1].

    The text is cut into windows, anew for each time through; each is used once before any is
    used again.
    """
    per_epoch = (len(ids) - length - 1) // length // batch - 1
    epoch, place = divmod(step, per_epoch)
    offset, order = _order(seed, epoch, per_epoch * batch, length)
    starts = offset + length * order[place * batch : (place + 1) * batch].astype(np.int64)
    rows = [ids[start : start + length + 1].astype(np.int64) for start in starts]
    return torch.from_numpy(np.stack(rows))


@functools.lru_cache(maxsize=1)
def _order(seed: int, epoch: int, count: int, length: int) -> tuple[int, np.ndarray]:
    random = np.random.default_rng((seed, epoch))
    return int(random.integers(length)), random.permutation(count)


def learning_rate(step: int, steps: int, peak: float, warmup: int, decay: float) -> float:
    """Linear warm-up, level, then a straight line down to nothing over the last `decay`."""
    rising = (step + 1) / warmup
    falling = (steps - step) / max(1.0, decay * steps)
    return peak * min(1.0, rising, falling)


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


def optimisers(model: Gpt2, peak: float, with_muon: bool) -> list[torch.optim.Optimizer]:
    """Muon for the layers' matrices, AdamW for the rest; or AdamW for all."""
    layers = [p for p in model.h.parameters() if p.dim() == 2]
    tables = [model.wte.weight, model.wpe.weight]
    others = [p for p in model.parameters() if p.dim() < 2]
    adamw = torch.optim.AdamW(
        [
            {"params": tables if with_muon else tables + layers, "weight_decay": 0.1},
            {"params": others, "weight_decay": 0.0},
        ],
        lr=peak,
        betas=(0.9, 0.95),
        fused=True,
    )
    if not with_muon:
        return [adamw]
    return [adamw, Muon(layers, lr=peak, momentum=0.95, weight_decay=0.1)]


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def machine(device: torch.device) -> dict[str, str]:
    """What computes, for the card."""
    name = torch.cuda.get_device_name() if device.type == "cuda" else platform.processor()
    cpuinfo = Path("/proc/cpuinfo")
    if device.type == "cpu" and cpuinfo.exists():
        match = re.search(r"model name\s*: (.*)", cpuinfo.read_text())
        name = match[1] if match else name
    return {
        "device": name if device.type == "cuda" else f"{name}, {torch.get_num_threads()} cores, no GPU",
        "python": platform.python_version(),
        "torch": str(torch.__version__),
    }


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
    parser.add_argument("--optimiser", choices=("muon", "adamw"), default="muon")
    parser.add_argument("--learning-rate", type=float, default=4e-3)
    parser.add_argument("--warmup", type=int, default=100)
    parser.add_argument("--decay", type=float, default=0.5, help="share of the steps, the last")
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
    steppers = optimisers(model, arguments.learning_rate, arguments.optimiser == "muon")
    settings = {
        key: getattr(arguments, key)
        for key in (
            "size",
            "steps",
            "batch",
            "optimiser",
            "learning_rate",
            "warmup",
            "decay",
            "seed",
        )
    }
    log: dict[str, object] = {
        "settings": settings,
        "shape": asdict(shape),
        "parameters": sum(p.numel() for p in model.parameters()),
        "sittings": [],
        "losses": [],
    }
    step = 0
    arguments.run.mkdir(parents=True, exist_ok=True)
    state_file = arguments.run / "state.pt"
    if state_file.exists():
        state = torch.load(state_file, map_location=device, weights_only=True)
        log, step = state["log"], state["step"]
        # While the learning rate is level, how long the run shall be may still change.
        was = log["settings"]
        is_level = step < (1 - arguments.decay) * min(was["steps"], arguments.steps)
        if was | ({"steps": arguments.steps} if is_level else {}) != settings:
            parser.error(f"{state_file} belongs to a run with other settings")
        log["settings"] = settings
        model.load_state_dict(state["model"])
        for stepper, kept in zip(steppers, state["optimisers"], strict=True):
            stepper.load_state_dict(kept)

    forward = torch.compile(model.loss) if device.type == "cuda" else model.loss
    began = saved = time.monotonic()
    losses, sittings = log["losses"], log["sittings"]
    assert isinstance(losses, list) and isinstance(sittings, list)
    sitting: dict[str, object] = {"began": now(), "machine": machine(device), "from_step": step}
    sittings.append(sitting)

    def keep() -> None:
        nonlocal saved
        saved = time.monotonic()
        sitting.update(ended=now(), seconds=round(saved - began), to_step=step)
        log["tokens"] = step * arguments.batch * shape.n_positions
        state = {
            "model": model.state_dict(),
            "optimisers": [stepper.state_dict() for stepper in steppers],
            "log": log,
            "step": step,
        }
        save(state_file, state)
        (arguments.run / "training-log.json").write_text(
            json.dumps({**log, "steps": step}, indent=1) + "\n"
        )

    running: list[float] = []
    while step < arguments.steps and time.monotonic() - began < 60 * arguments.minutes:
        for group in (group for stepper in steppers for group in stepper.param_groups):
            group["lr"] = learning_rate(
                step,
                arguments.steps,
                arguments.learning_rate,
                arguments.warmup,
                arguments.decay,
            )
        ids = windows(data["train"], shape.n_positions, step, arguments.batch, arguments.seed)
        with autocast(device):
            loss = forward(ids.to(device))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for stepper in steppers:
            stepper.step()
        model.zero_grad(set_to_none=True)
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
