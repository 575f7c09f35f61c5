import type { ModelSummary } from '../contract/models.ts';
import { visitor } from '../services/access.ts';
import { defineCommand } from './command.ts';
import { answer } from './context.ts';
import { megabytes, table, when } from './table.ts';

export const modelsImport = defineCommand({
  name: 'models import',
  summary: 'Import a Hugging Face GPT-2 folder',
  positionals: ['DIR'],
  options: {
    name: { kind: 'text', value: 'NAME', meaning: 'What to call it. Default: the folder’s name.' },
  },
  details: `The folder holds config.json, model.safetensors (or its shards with their index) and
tokenizer.json or vocab.json and merges.txt. It is verified and measured first; a model that fails
leaves nothing behind. The folder itself is left as it is.`,

  async run(context, { positionals, options }) {
    const card = await context.application().services.models.prepare(
      visitor,
      { directory: positionals[0]!, name: options.name ?? null },
      {
        signal: context.signal,
        onProgress: ({ message, fraction }) =>
          context.progress.update(`${message} (${Math.round(fraction * 100)}%)`),
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
    const models = await context.application().services.models.list(visitor, undefined);
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
    const card = await context
      .application()
      .services.models.show(visitor, { name: positionals[0]! });
    context.progress.clear();
    answer(context, card, () => [describe(card), card.readme ?? ''].join('\n\n').trimEnd());
  },
});

export const modelsRemove = defineCommand({
  name: 'models remove',
  summary: 'Remove an imported model',
  positionals: ['NAME'],
  options: {},
  async run(context, { positionals }) {
    const [name] = positionals;
    await context.application().services.models.remove(visitor, { name: name! });
    answer(context, { name, removed: true }, () => `Removed "${name!}".`);
  },
});

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
  const prices = table(
    ['variant', 'size', 'perplexity', 'agreement with fp32'],
    card.variants.map(({ variant, size_bytes, perplexity, top1_agreement }) => [
      variant === card.default_variant ? `${variant} (default)` : variant,
      megabytes(size_bytes),
      perplexity.toFixed(2),
      `${(top1_agreement * 100).toFixed(1)}%`,
    ]),
  );
  return `${facts}\n\n${prices}`;
}
