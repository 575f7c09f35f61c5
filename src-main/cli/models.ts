import {
  variants,
  type ModelCard,
  type ModelSummary,
  type ModelTraining,
  type Variant,
  type VariantPrice,
} from '../contract/models.ts';
import { visitor } from '../access/authorize.ts';
import { defineCommand } from './command.ts';
import { answer, type CliContext } from './context.ts';
import { present } from './member.ts';
import { counted, megabytes, table, when } from './table.ts';
import { UsageError } from './usage-error.ts';

export const modelsImport = defineCommand({
  name: 'models import',
  summary: 'Import a Hugging Face GPT-2 folder',
  positionals: ['DIR'],
  options: {
    name: { kind: 'text', value: 'NAME', meaning: 'What to call it. Default: the folder’s name.' },
    variants: {
      kind: 'text',
      value: 'LIST',
      meaning: `Which variants to write beside fp32, with commas between. Default: all of ${variants.join(',')}.`,
    },
  },
  details: `The folder holds config.json, model.safetensors (or its shards with their index) and
tokenizer.json or vocab.json and merges.txt. It is verified and measured first; a model that fails
leaves nothing behind. The folder itself is left as it is. All variants together need about three
times the disk space that fp32 needs; fewer variants need less.`,

  async run(context, { positionals, options }) {
    const { services } = context.application();
    const card = await services.models.prepare(
      present(services),
      { directory: positionals[0]!, name: options.name ?? null },
      {
        ...progressOf(context),
        ...(options.variants !== undefined && { variants: readVariants(options.variants) }),
      },
    );
    context.progress.clear();
    answer(context, card, () => `Imported "${card.name}".\n\n${describe(card)}`);
  },
});

export const modelsList = defineCommand({
  name: 'models list',
  summary: 'The models there are',
  options: {},
  async run(context) {
    context.progress.update('Looking at the models');
    const { services } = context.application();
    // Whoever asks: a library that does not open is no reason not to tell.
    const models = await services.models.list(visitor, undefined);
    context.progress.clear();
    answer(context, models, () =>
      table(
        ['NAME', 'PARAMETERS', 'CONTEXT', 'VARIANT', 'SIZE', 'IMPORTED'],
        models.map((model) => [
          model.name,
          `${(model.parameters / 1e6).toFixed(1)} M`,
          String(model.n_positions),
          model.default_variant,
          megabytes(model.size_bytes),
          when(model.imported_on),
        ]),
      ),
    );
  },
});

export const modelsShow = defineCommand({
  name: 'models show',
  summary: 'A model’s card',
  positionals: ['NAME'],
  options: {},
  async run(context, { positionals }) {
    context.progress.update('Looking at the model');
    const { services } = context.application();
    const card = await services.models.show(visitor, { name: positionals[0]! });
    context.progress.clear();
    answer(context, card, () => describeWhole(card));
  },
});

export const modelsMeasure = defineCommand({
  name: 'models measure',
  summary: 'Measure a model’s variants anew',
  positionals: ['NAME'],
  options: {
    text: {
      kind: 'choice',
      choices: ['sample', 'documents'],
      meaning: 'What to measure on: the text that comes with Autodoc, or your latest documents.',
    },
  },
  details: `Perplexity, agreement with fp32 and speed on this machine are kept on the model’s card, and
auto drafts with the fastest variant whose perplexity is within 1% of fp32’s. The sample is the
default. Your documents stay on this machine; about 2,000 tokens of the last changed ones are read,
and 200 are the least. Nothing else should run meanwhile: it would make the variants look slower.`,

  async run(context, { positionals, options }) {
    const { services } = context.application();
    const card = await services.models.measureNow(
      present(services),
      { name: positionals[0]!, text: options.text ?? 'sample' },
      progressOf(context),
    );
    context.progress.clear();
    answer(context, card, () => `Measured "${card.name}".\n\n${describe(card)}`);
  },
});

export const modelsRemove = defineCommand({
  name: 'models remove',
  summary: 'Remove an imported model',
  positionals: ['NAME'],
  options: {},
  async run(context, { positionals }) {
    const [name] = positionals;
    const { services } = context.application();
    await services.models.remove(present(services), { name: name! });
    answer(context, { name, removed: true }, () => `Removed "${name!}".`);
  },
});

function describeWhole(card: ModelCard): string {
  const training = card.training === null ? null : describeTraining(card.training);
  return [describe(card), training, card.readme].filter((part) => part !== null).join('\n\n');
}

function describeTraining(training: ModelTraining): string {
  const { trained_by, started_on, ended_on, hardware, software } = training;
  const inWords = (facts: Readonly<Record<string, unknown>>): string =>
    Object.entries(facts)
      .map(([name, value]) => `${name} ${String(value)}`)
      .join(', ');
  const rows = [
    ['from', `${when(started_on)} to ${when(ended_on)}`],
    ['on', `${hardware}, ${software}`],
    ['with', inWords(training.configuration)],
    ['metrics', inWords(training.metrics)],
    ...training.data.map(({ name, size_bytes, sha256 }) => [
      'data',
      `${name}, ${megabytes(size_bytes)}, ${sha256}`,
    ]),
  ];
  return table(['trained by', trained_by], rows);
}

export function describe(card: ModelSummary): string {
  const facts = table(
    ['name', card.name],
    [
      ['sha256', card.sha256],
      ['layers', `${card.n_layer} of width ${card.n_embd}, ${card.n_head} heads`],
      ['context', `${card.n_positions} tokens`],
      ['vocabulary', `${card.vocab_size} tokens`],
      ['parameters', `${(card.parameters / 1e6).toFixed(1)} million, ${card.weights_dtype}`],
      ['imported', `${when(card.imported_on)} from ${card.source}`],
    ],
  );
  return `${facts}\n\n${describePrices(card)}`;
}

function describePrices({ variants: prices, default_variant, measurement }: ModelSummary): string {
  const reference = prices.find(({ variant }) => variant === 'fp32');
  const rows = prices.map((price) => [
    price.variant === default_variant ? `${price.variant} (default)` : price.variant,
    megabytes(price.size_bytes),
    price.perplexity.toFixed(2),
    against(price, reference),
    `${(price.top1_agreement * 100).toFixed(1)}%`,
    price.tokens_per_second === null ? '-' : price.tokens_per_second.toFixed(1),
  ]);
  const header = ['variant', 'size', 'perplexity', 'above fp32', 'agreement', 'tokens/s'];
  const on =
    measurement === null
      ? 'Measured by an earlier version; "autodoc models measure" completes it.'
      : `Measured on ${counted(measurement.tokens, 'token')} of ` +
        `${measurement.text === 'sample' ? 'the sample text' : 'your documents'}, ` +
        `${when(measurement.measured_on)}. Tokens per second: greedy, on this processor.`;
  return `${table(header, rows)}\n\n${on}`;
}

function against({ perplexity }: VariantPrice, reference: VariantPrice | undefined): string {
  if (reference === undefined) return '-';
  const percent = (perplexity / reference.perplexity - 1) * 100;
  return `${percent < 0 ? '' : '+'}${percent.toFixed(2)}%`;
}

function progressOf({ signal, progress }: CliContext) {
  return {
    signal,
    onProgress: ({ message, fraction }: { message: string; fraction: number }) =>
      progress.update(`${message} (${Math.round(fraction * 100)}%)`),
  };
}

function readVariants(list: string): readonly Variant[] {
  return list.split(',').map((name) => {
    const variant = variants.find((known) => known === name.trim());
    if (variant !== undefined) return variant;
    throw new UsageError(
      `There is no variant "${name.trim()}". --variants takes any of: ${variants.join(', ')}.`,
    );
  });
}
