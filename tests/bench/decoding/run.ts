import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { GenerationParameters } from '../../../src-main/contract/generation.ts';
import type { InferenceClient, ModelReference } from '../../../src-main/inference/client/types.ts';
import { openModelStore } from '../../../src-main/inference/model-store/model-store.ts';
import { ensureBuilt } from '../../../src-main/launch/build.ts';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import { startEngine } from '../contestants/engine.ts';
import { candidates, draftTokens } from './candidates.ts';
import { distinct2, mean, repetition } from './text-measures.ts';

// `npm run bench:decoding -- --model DIR --texts FILE ...`: which decoding parameters suit a model.
//
// Each text's beginning is the prompt; what a person wrote next is what drafts are held against.
// The best parameters are those whose drafts the model itself finds likeliest while they repeat
// themselves no more and are nearly as varied. Written for the bundled starter, whose
// generation_config.json recommends what this finds.

const promptTokens = 40;

const { values: options } = parseArgs({
  options: {
    /** A Hugging Face folder. */
    model: { type: 'string' },
    /** Files of texts with `<|endoftext|>` lines between them. */
    texts: { type: 'string', multiple: true },
    /** Prompts taken from each file. */
    prompts: { type: 'string', default: '30' },
    /** Where the table goes as JSON. */
    save: { type: 'string' },
  },
});
const say = (line: string) => process.stderr.write(`${line}\n`);
if (options.model === undefined || options.texts === undefined) {
  say('Usage: npm run bench:decoding -- --model DIR --texts FILE [--texts FILE] [--save FILE]');
  process.exit(2);
}

interface Passage {
  readonly prompt: readonly number[];
  readonly written: readonly number[];
}

interface Measures {
  /** Of a token, given those before it, by the model in fp32 and without any processor. */
  readonly mean_log_prob: number;
  readonly distinct_2: number;
  /** Of runs of four tokens. */
  readonly repetition_4: number;
}

interface Outcome extends Measures {
  readonly parameters: GenerationParameters;
}

async function passagesOf(
  client: InferenceClient,
  model: ModelReference,
  file: string,
  count: number,
): Promise<Passage[]> {
  const texts = (await readFile(file, 'utf8')).split('\n<|endoftext|>\n');
  const passages: Passage[] = [];
  for (const text of texts) {
    // A file of the training's corpus names each text's kind in its first line.
    const body = text.replace(/^(books|modern)\n/, '');
    const { tokenIds } = await client.tokenize(model, body.slice(0, 4_000));
    // Not from the very beginning, where titles and lists of contents are.
    const start = Math.min(200, Math.max(0, tokenIds.length - promptTokens - draftTokens));
    const prompt = tokenIds.slice(start, start + promptTokens);
    const written = tokenIds.slice(start + promptTokens).slice(0, draftTokens);
    if (written.length === draftTokens) passages.push({ prompt, written });
    if (passages.length === count) break;
  }
  return passages;
}

async function measure(
  client: InferenceClient,
  model: ModelReference,
  passages: readonly Passage[],
): Promise<Measures> {
  const logProbs: number[] = [];
  const texts: string[] = [];
  for (const { prompt, written } of passages) {
    const choice = { model, device: 'cpu', variant: 'fp32' } as const;
    const scores = await client.score(choice, [...prompt, ...written]);
    logProbs.push(...scores.logProbs.slice(prompt.length - 1));
    texts.push(await client.detokenize(model, written));
  }
  return {
    mean_log_prob: mean(logProbs),
    distinct_2: distinct2(texts),
    repetition_4: mean(passages.map(({ written }) => repetition(written, 4))),
  };
}

async function draft(
  client: InferenceClient,
  model: ModelReference,
  passages: readonly Passage[],
  parameters: GenerationParameters,
): Promise<Passage[]> {
  const drafts: Passage[] = [];
  for (const [seed, { prompt }] of passages.entries()) {
    const { sequences } = await client.generate({
      ...{ model, device: 'cpu', variant: 'auto', promptTokenIds: prompt },
      parameters: { ...parameters, seed },
    });
    drafts.push({ prompt, written: sequences[0]!.tokenIds.slice(prompt.length) });
  }
  return drafts;
}

/**
 * Of what people wrote, how varied a draft must be. Many hands wrote that, on many things; a small
 * model that is as varied as all of them makes no sense any more.
 */
const variedEnough = 0.9;

/** The sampled drafts that are varied enough, the likeliest first. */
function fittingOf(outcomes: readonly Outcome[], human: Measures): readonly Outcome[] {
  return outcomes
    .filter(
      ({ parameters, distinct_2, repetition_4 }) =>
        parameters.strategy === 'sample' &&
        distinct_2 >= variedEnough * human.distinct_2 &&
        repetition_4 <= human.repetition_4,
    )
    .sort((one, other) => other.mean_log_prob - one.mean_log_prob);
}

const inWords = ({ mean_log_prob, distinct_2, repetition_4 }: Measures): string =>
  [mean_log_prob, distinct_2, repetition_4].map((value) => value.toFixed(3)).join('  ');

await ensureBuilt({ targets: ['main'], onBuild: () => say('Building the engine') });
const modelsDirectory = await mkdtemp(path.join(tmpdir(), 'autodoc-decoding-'));
const { client } = startEngine();
try {
  const name = path.basename(path.resolve(options.model));
  const request = { source: path.resolve(options.model), modelsDirectory, name, bundled: false };
  await client.prepareModel(request);
  const model = await openModelStore(modelsDirectory, silentLogger).get(name);
  const passages: Passage[] = [];
  for (const file of options.texts) {
    passages.push(...(await passagesOf(client, model, file, Number(options.prompts))));
  }
  say(`${passages.length} prompts; mean log-probability, distinct-2, repetition of 4 tokens`);
  const human = await measure(client, model, passages);
  say(`${inWords(human)}  a person`);
  const outcomes: Outcome[] = [];
  for (const parameters of candidates()) {
    const drafts = await draft(client, model, passages, parameters);
    const outcome = { parameters, ...(await measure(client, model, drafts)) };
    say(`${inWords(outcome)}  ${JSON.stringify(parameters)}`);
    outcomes.push(outcome);
  }
  const fitting = fittingOf(outcomes, human);
  const [best] = fitting;
  if (best === undefined) throw new Error('No drafts are varied enough: try other parameters.');
  say(`Best: ${JSON.stringify(best.parameters)}`);
  const { strategy: _strategy, ...parameters } = best.parameters;
  const table = {
    // As `generation_config.json` has them.
    recommended: { do_sample: true, ...parameters },
    ...{ prompts: passages.length, prompt_tokens: promptTokens, draft_tokens: draftTokens },
    varied_enough: variedEnough,
    human,
    fitting,
    others: outcomes.filter((outcome) => !fitting.includes(outcome)),
  };
  if (options.save !== undefined) {
    await writeFile(options.save, `${JSON.stringify(table, null, 2)}\n`);
  }
} finally {
  await client.dispose();
  await rm(modelsDirectory, { recursive: true });
}
