"""GPT-2's architecture in PyTorch, with the names that Hugging Face's checkpoints have.

Written for training alone: the product runs the exported weights.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class Shape:
    """How large a model is."""

    n_layer: int
    n_head: int
    n_embd: int
    n_positions: int
    vocab_size: int

    def config(self, end_token: int) -> dict[str, object]:
        """`config.json` as Hugging Face's GPT-2 reads it."""
        return {
            **asdict(self),
            "architectures": ["GPT2LMHeadModel"],
            "model_type": "gpt2",
            "activation_function": "gelu_new",
            "layer_norm_epsilon": 1e-5,
            "initializer_range": 0.02,
            "bos_token_id": end_token,
            "eos_token_id": end_token,
            "tie_word_embeddings": True,
            "torch_dtype": "float16",
        }


# Chosen so that the whole folder stays under 40 MB in fp16.
SIZES: dict[str, dict[str, int]] = {
    "test": {"n_layer": 2, "n_head": 2, "n_embd": 64, "n_positions": 128},
    "cpu": {"n_layer": 4, "n_head": 4, "n_embd": 256, "n_positions": 512},
    "small": {"n_layer": 6, "n_head": 6, "n_embd": 384, "n_positions": 512},
    "medium": {"n_layer": 8, "n_head": 6, "n_embd": 384, "n_positions": 1024},
}


class Linear(nn.Linear):
    """A linear layer; the export turns its weight round, as GPT-2 stores [inputs, outputs]."""


class Attention(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.n_head
        self.c_attn = Linear(shape.n_embd, 3 * shape.n_embd)
        self.c_proj = Linear(shape.n_embd, shape.n_embd)

    def forward(self, x: Tensor) -> Tensor:
        batch, length, width = x.shape
        q, k, v = (
            part.view(batch, length, self.heads, width // self.heads).transpose(1, 2)
            for part in self.c_attn(x).split(width, dim=2)
        )
        attended = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.c_proj(attended.transpose(1, 2).reshape(batch, length, width))


class Inner(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.c_fc = Linear(shape.n_embd, 4 * shape.n_embd)
        self.c_proj = Linear(4 * shape.n_embd, shape.n_embd)

    def forward(self, x: Tensor) -> Tensor:
        return self.c_proj(functional.gelu(self.c_fc(x), approximate="tanh"))


class Block(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(shape.n_embd)
        self.attn = Attention(shape)
        self.ln_2 = nn.LayerNorm(shape.n_embd)
        self.mlp = Inner(shape)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class Gpt2(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.wte = nn.Embedding(shape.vocab_size, shape.n_embd)
        self.wpe = nn.Embedding(shape.n_positions, shape.n_embd)
        self.h = nn.ModuleList(Block(shape) for _ in range(shape.n_layer))
        self.ln_f = nn.LayerNorm(shape.n_embd)
        self.apply(_initialise)
        # Radford et al. 2019: residual projections start smaller the more layers add up.
        for name, weight in self.named_parameters():
            if name.endswith("c_proj.weight"):
                nn.init.normal_(weight, std=0.02 / math.sqrt(2 * shape.n_layer))

    def hidden(self, ids: Tensor) -> Tensor:
        """What the head reads, [batch, length, width], of ids [batch, length]."""
        x = self.wte(ids) + self.wpe(torch.arange(ids.shape[1], device=ids.device))
        for block in self.h:
            x = block(x)
        return self.ln_f(x)

    def forward(self, ids: Tensor) -> Tensor:
        """Logits [batch, length, vocabulary] of ids [batch, length]."""
        return self.hidden(ids) @ self.wte.weight.T

    def loss(self, ids: Tensor) -> Tensor:
        """Mean negative log-probability of ids[:, 1:] given those before, in nats."""
        x, answers = self.hidden(ids[:, :-1]).flatten(0, 1), ids[:, 1:].flatten()
        if x.device.type == "cpu":
            return HeadLoss.apply(x, self.wte.weight, answers)
        return functional.cross_entropy((x @ self.wte.weight.T).float(), answers)


class HeadLoss(torch.autograd.Function):
    """Cross-entropy of the head's logits without ever holding them all.

    On a CPU the logits of a batch are the largest thing in memory, read and written many times:
    in pieces that stay in the cache, with gradients made in place, a step is a tenth faster.
    """

    ROWS = 256

    @staticmethod
    def forward(ctx: Any, x: Tensor, table: Tensor, answers: Tensor) -> Tensor:
        """The mean loss of x [rows, width] for a table [vocabulary, width], answers [rows]."""
        x_gradient, table_gradient = torch.empty_like(x), torch.zeros_like(table)
        total = x.new_zeros(())
        for first in range(0, len(x), HeadLoss.ROWS):
            piece = slice(first, first + HeadLoss.ROWS)
            logits = x[piece] @ table.T
            right = answers[piece, None]
            normaliser = logits.logsumexp(1, keepdim=True)
            total += (normaliser - logits.gather(1, right)).sum()
            if any(ctx.needs_input_grad):
                probabilities = logits.sub_(normaliser).exp_()
                probabilities.scatter_add_(1, right, -torch.ones_like(normaliser))
                torch.mm(probabilities, table, out=x_gradient[piece])
                table_gradient.addmm_(probabilities.T, x[piece])
        ctx.save_for_backward(x_gradient.div_(len(x)), table_gradient.div_(len(x)))
        return total / len(x)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, None]:
        x_gradient, table_gradient = ctx.saved_tensors
        return gradients[0] * x_gradient, gradients[0] * table_gradient, None


def _initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, std=0.02)
    if isinstance(module, nn.Linear):
        nn.init.zeros_(module.bias)


def checkpoint_tensors(model: Gpt2) -> dict[str, Tensor]:
    """The weights under GPT-2's names and in its layout, in half precision."""
    turned = _turned(model.state_dict(), model)
    return {
        f"transformer.{name}": weight.to(torch.float16).contiguous().cpu()
        for name, weight in turned.items()
    }


def state_of(tensors: dict[str, Tensor], model: Gpt2) -> dict[str, Tensor]:
    """The way back: a checkpoint's tensors as `model` takes them, in single precision."""
    state = {name.removeprefix("transformer."): tensor for name, tensor in tensors.items()}
    return {name: tensor.float().contiguous() for name, tensor in _turned(state, model).items()}


def _turned(weights: dict[str, Tensor], model: Gpt2) -> dict[str, Tensor]:
    """Weights with those of linear layers turned round: from one layout to the other."""
    matrices = {f"{n}.weight" for n, module in model.named_modules() if isinstance(module, Linear)}
    return {name: weight.T if name in matrices else weight for name, weight in weights.items()}
