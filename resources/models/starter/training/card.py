"""The model card: `README.md` in Hugging Face's form, and `loss.svg`, from what was measured.

Everything in it was measured: `training-log.json` (export.py, evaluate.py), `sweep.json`,
`decoding.json` and `memorised.json` beside this script, and what Autodoc itself says of the model
that lies in its resources: what the variants cost, and a first draft of the first prompt of each
kind, never chosen by hand.
"""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent

# One opening for each kind of text that people begin with.
PROMPTS = {
    "a story": "The old house at the end of the street had been empty for years, until",
    "a dialogue": '"You are late," she said, and closed the door behind him.',
    "an explanation": "To plan a small project, begin with a list of the people who will use it.",
    "a letter": "Dear Mr. Harrison,\n\nThank you for your letter of the third of May.",
    "a question": "How do I mow my lawn?",
}


def number(value: float) -> str:
    return f"{value:,}"


def table(rows: list[tuple[str, ...]]) -> str:
    head, *body = rows
    lines = [head, tuple("---" for _ in head), *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def plot(losses: list[dict[str, float]], tokens_per_step: float) -> str:
    """The losses against the tokens seen, as an SVG for light and dark pages."""
    width, height, left, bottom, top, right = 640, 320, 48, 40, 16, 150
    names = {
        "train": "training",
        "validation-books": "books not seen",
        "validation-modern": "modern not seen",
    }
    colours = {"train": "#7a8aa0", "validation-books": "#c2571a", "validation-modern": "#2a7f62"}
    values = [entry[name] for entry in losses for name in names]
    low, high = min(values) // 0.5 * 0.5, (max(values) // 0.5 + 1) * 0.5
    most = losses[-1]["step"] * tokens_per_step

    def x(step: float) -> float:
        return left + step * tokens_per_step / most * (width - left - right)

    def y(loss: float) -> float:
        return top + (high - loss) / (high - low) * (height - top - bottom)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="12" fill="#808080">',
        "<title>Loss in nats per token against tokens seen</title>",
    ]
    ticks = int((high - low) / 0.5)
    for tick in range(ticks + 1):
        loss = low + tick * 0.5
        parts.append(
            f'<path d="M{left} {y(loss):.1f}H{width - right}" stroke="#80808040"/>'
            f'<text x="{left - 8}" y="{y(loss) + 4:.1f}" text-anchor="end">{loss:.1f}</text>'
        )
    for quarter in range(5):
        step = losses[-1]["step"] * quarter / 4
        millions = step * tokens_per_step / 1e6
        parts.append(
            f'<text x="{x(step):.1f}" y="{height - bottom + 18}" text-anchor="middle">'
            f"{millions:.0f}</text>"
        )
    parts.append(
        f'<text x="{(left + width - right) / 2}" y="{height - 4}" text-anchor="middle">'
        "million tokens seen</text>"
    )
    # Names stand where their lines end, and never on top of each other.
    ends = sorted((y(losses[-1][name]), name) for name in names)
    at = -1e9
    for end, name in ends:
        at = max(end + 4, at + 15)
        points = " ".join(f"{x(e['step']):.1f},{y(e[name]):.1f}" for e in losses)
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colours[name]}" '
            'stroke-width="2"/>'
            f'<text x="{x(losses[-1]["step"]) + 8:.1f}" y="{at:.1f}" fill="{colours[name]}">'
            f"{names[name]} {losses[-1][name]:.2f}</text>"
        )
    return "".join(parts) + "</svg>\n"


def card(
    log: dict[str, Any],
    shown: dict[str, Any],
    samples: list[dict[str, str]],
    decoding: dict[str, Any],
    sweep: dict[str, Any],
    memorised: dict[str, int],
) -> str:
    configuration, metrics = log["configuration"], log["metrics"]
    hours = configuration["seconds"] / 3600
    sources = [f for f in log["data"] if f["name"].endswith(".xz")]
    kept = log["documents"]
    facts = table(
        [
            ("", ""),
            (
                "architecture",
                f"GPT-2: {configuration['n_layer']} layers, width {configuration['n_embd']}, "
                f"{configuration['n_head']} heads, context {configuration['n_positions']}, tied "
                f"embeddings, {configuration['parameters'] / 1e6:.2f} million parameters",
            ),
            (
                "tokenizer",
                f"byte-level BPE, {number(configuration['vocab_size'])} tokens, trained on the "
                "corpus; the end token is the last",
            ),
            ("trained by", log["trained_by"]),
            ("trained", f"{log['started_on']} to {log['ended_on']}"),
            ("on", f"{log['hardware']}; {log['software']}"),
            (
                "training",
                f"{number(configuration['steps_done'])} steps of {configuration['batch']} × "
                f"{configuration['n_positions']} tokens, {configuration['tokens_seen'] / 1e6:.1f} "
                f"million tokens seen of {configuration['tokens_at_hand'] / 1e6:.1f} million at "
                f"hand, {hours:.1f} hours; {configuration['optimiser']}, learning rate "
                f"{configuration['learning_rate']}, the last {configuration['decay']:.0%} of the "
                f"steps down to nothing; seed {configuration['seed']}",
            ),
            ("weights", f"`model.safetensors`, fp16, SHA-256 `{log['weights_sha256']}`"),
        ]
    )
    judged = table(
        [
            ("never trained on", "bits per byte", "loss per token", "perplexity"),
            *(
                (
                    name,
                    f"{metrics[f'bits_per_byte_{kind}']:.3f}",
                    f"{metrics[f'loss_{kind}']:.3f}",
                    f"{metrics[f'perplexity_{kind}']:.1f}",
                )
                for kind, name in (("books", "books"), ("modern", "modern prose"))
            ),
        ]
    )
    fp32 = shown["variants"][0]["perplexity"]
    prices = table(
        [
            ("variant", "size", "perplexity", "against fp32", "same first choice"),
            *(
                (
                    price["variant"],
                    f"{price['size_bytes'] / 1e6:.1f} MB",
                    f"{price['perplexity']:.2f}",
                    f"{price['perplexity'] / fp32 - 1:+.2%}",
                    f"{price['top1_agreement']:.1%}",
                )
                for price in shown["variants"]
            ),
        ]
    )
    tried = table(
        [
            ("parameters", "mean log-probability", "distinct-2", "repetition of 4 tokens"),
            *(
                (
                    words(outcome.get("parameters")),
                    f"{outcome['mean_log_prob']:.3f}",
                    f"{outcome['distinct_2']:.3f}",
                    f"{outcome['repetition_4']:.3f}",
                )
                for outcome in [decoding["human"], *notable(decoding)]
            ),
        ]
    )
    swept = table(
        [
            ("run", "loss on books", "bits per byte on books"),
            *((run["run"], f"{run['loss']:.3f}", f"{run['bits']:.3f}") for run in sweep["runs"]),
        ]
    )
    drafts = "\n\n".join(
        f"**{sample['kind']}**: {quoted(sample['prompt'])} → {quoted(sample['text'])}"
        for sample in samples
    )
    return f"""---
license: mit
language: en
library_name: onnxruntime
pipeline_tag: text-generation
---
# starter

The model that Autodoc drafts with until a larger one is imported: a very small GPT-2, trained from
scratch. Its sentences are mostly whole and its paragraphs mostly are not: it
has a feeling for language and no knowledge. For drafts with sense import GPT-2 itself.

{facts}

## How well it does

{judged}

{comparison(sweep)}

Bits per byte can be compared between models whatever their tokenizers; losses per token cannot.
LAMBADA was not at hand where it was trained.

![Loss against tokens seen](loss.svg)

## Data

{len(sources)} files, {sum(f['size_bytes'] for f in sources) / 1e6:.0f} MB compressed:

- **Books** in the public domain in the USA (Project Gutenberg's texts without its header, footer and
  trademark), mostly novels of 1850 to 1930: {number(kept['books in train'])} to train on,
  {number(kept['books in validation-books'])} set aside whole.
- **Modern prose** of today: Digital.gov (US government work, public domain), 18F (CC0), children's
  stories of Pratham Books and of the African Storybook (both CC BY 4.0):
  {number(kept['modern in train'])} documents to train on, {number(kept['modern in validation-modern'])} set aside,
  {number(kept.get('modern near-duplicates', 0))} left out as near-duplicates. Weighted to
  {configuration['modern_share']:.0%} of the text.

Documents are separated by the end token. Paragraphs with an e-mail address or a telephone number
and lines about publication are left out. `training-log.json` has each file's SHA-256.

Does it give away what it has read? In {number(memorised['drafts'])} drafts of openings that ask for
an address or a number it wrote {memorised['written']}, all made up: none of the
{memorised['in_corpus_before_cleaning']} in the corpus before it was cleaned
({memorised['in_text_trained_on']} after) was among them.

## Precision

On Autodoc's sample text, against fp32:

{prices}

## Decoding

`generation_config.json` recommends what was best by rule: of all parameters whose drafts are at
least {decoding['varied_enough']:.0%} as varied (distinct-2) as what people wrote in their place and
repeat themselves no more, those whose drafts the model finds likeliest. {decoding['prompts']} prompts
of {decoding['prompt_tokens']} tokens from texts that it was never trained on, drafts of
{decoding['draft_tokens']} tokens, each once. Of {len(decoding['fitting']) + len(decoding['others'])}
that were tried (all of them in `training/decoding.json`), the best six by that rule, and the
original's beam search and greedy search:

{tried}

## Samples

With the recommended parameters and seed 1: the first draft of the first prompt of each kind.

{drafts}

## Weaknesses

- It knows nothing: names, dates and facts are made up. After a sentence or two it loses the thread.
- It was trained mostly on novels of a hundred years ago, and speaks and judges like them where it is
  not held: of women, of foreigners, of the poor. Autodoc bans slurs from drafts by default; it cannot
  ban prejudice.
- English alone. Code, tables and lists it has hardly seen.
- It reads {number(configuration['n_positions'])} tokens at most.

## How it was made

The recipe lies in `training/`. Before the run, {sweep['steps']} steps of
{number(sweep['tokens_per_step'])} tokens each were tried with:

{swept}

{sweep['conclusion']}
"""


def notable(decoding: dict[str, Any]) -> list[dict[str, Any]]:
    """The best outcomes that are varied enough, and those without a draw."""
    undrawn = (o for o in decoding["others"] if o["parameters"]["strategy"] != "sample")
    return [*decoding["fitting"][:6], *undrawn]


def comparison(sweep: dict[str, Any]) -> str:
    earlier = sweep.get("earlier_starter")
    if earlier is None:
        return ""
    return (
        f"The starter before this one has {earlier['bits_per_byte_books']:.3f} and "
        f"{earlier['bits_per_byte_modern']:.3f} bits per byte on the same texts,\n"
        "some of which it may have been trained on."
    )


def words(parameters: dict[str, Any] | None) -> str:
    if parameters is None:
        return "what people wrote"
    same = ("strategy", "max_new_tokens", "min_new_tokens", "no_repeat_ngram_size")
    shown = {k: v for k, v in parameters.items() if k not in same}
    return ", ".join([parameters["strategy"], *(f"{k} {v}" for k, v in shown.items())])


def quoted(text: str) -> str:
    return text.strip().replace("\n\n", " / ").replace("\n", " ")


class Autodoc:
    """The command line of the application, asked for JSON."""

    def __init__(self, command: list[str]) -> None:
        self.command = command

    def ask(self, *arguments: str) -> Any:
        command = [*self.command, *arguments, "--json"]
        answer = subprocess.run(command, check=True, capture_output=True, text=True)
        return json.loads(answer.stdout)

    def samples(self, recommended: dict[str, Any]) -> list[dict[str, str]]:
        """A draft of each prompt with the recommended parameters and seed 1."""
        options = ["--strategy", "sample", "--seed", "1"]
        for name, value in recommended.items():
            if name != "do_sample":
                options += [f"--{name.replace('_', '-')}", str(value)]
        drafts = []
        for kind, prompt in PROMPTS.items():
            answer = self.ask("generate", "--model", "starter", "--prompt", prompt, *options)
            text = answer["sequences"][0]["text"]
            drafts.append({"kind": kind, "prompt": prompt, "text": text})
        return drafts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="the bundled starter, evaluated")
    parser.add_argument("--autodoc", default="npx autodoc", help="how its command is called")
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    log = json.loads((folder / "training-log.json").read_text())
    autodoc = Autodoc(shlex.split(arguments.autodoc))
    decoding, sweep, memorised = (
        json.loads((HERE / f"{name}.json").read_text())
        for name in ("decoding", "sweep", "memorised")
    )
    shown = autodoc.ask("models", "show", "starter")
    samples = autodoc.samples(decoding["recommended"])
    text = card(log, shown, samples, decoding, sweep, memorised)
    (folder / "README.md").write_text(text)
    tokens_per_step = log["configuration"]["batch"] * log["configuration"]["n_positions"]
    (folder / "loss.svg").write_text(plot(log["losses"], tokens_per_step))


if __name__ == "__main__":
    main()
