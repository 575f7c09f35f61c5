import type { TokenProbability } from '../contract/domain.ts';
import { devices, variants } from '../contract/models.ts';
import type { GenerateProgress } from '../inference/client/types.ts';
import { visitor } from '../access/authorize.ts';
import type { GeneratedText } from '../services/texts.ts';
import { defineCommand } from './command.ts';
import { countOption } from './count-option.ts';
import { answer, type CliContext } from './context.ts';
import { modelOption, openModel } from './model-option.ts';
import { parameterOptions, readParameters } from './parameter-options.ts';
import { readText, readTextFile } from './text-input.ts';
import { UsageError } from './usage-error.ts';

export const generate = defineCommand({
  name: 'generate',
  summary: 'Write on from a prompt, as Hugging Face’s generate does',
  options: {
    ...modelOption,
    prompt: { kind: 'text', value: 'TEXT', meaning: 'The prompt.' },
    'prompt-file': {
      kind: 'text',
      value: 'FILE',
      meaning: 'A file with the prompt, taken to the byte. Without either: standard input.',
    },
    stream: { kind: 'flag', meaning: 'Show the text as it is written.' },
    device: {
      kind: 'choice',
      choices: ['auto', ...devices],
      meaning: 'Where to compute. Default auto.',
    },
    variant: {
      kind: 'choice',
      choices: ['auto', ...variants],
      meaning: 'How the weights are held. Default auto.',
    },
    probabilities: {
      kind: 'text',
      value: 'N',
      meaning:
        'With --json: how likely each token of the best result was, and the N likeliest there, at most 100.',
    },
    ...parameterOptions,
  },
  details: `Nothing is added to the prompt or changed in it; a final newline in a file or on standard input
is part of it. A parameter that is not given has its default, under every strategy.

auto picks the variant that the model's card recommends: the fastest whose perplexity is within
1% of fp32's; for a folder that was never imported, fp32. With --stream, greedy and sampled text
goes to standard output as it is written; beam search, which may still change its mind, shows
its best so far on standard error.`,

  async run(context, { options }) {
    const parameters = readParameters(options);
    const alternatives = countOption('probabilities', options.probabilities, 100);
    if (options.probabilities !== undefined && !context.isJson) {
      throw new UsageError('--probabilities needs --json.');
    }
    const prompt = await readPrompt(context, options);
    const model = await openModel(context, options.model);
    const isStreamed = options.stream && !context.isJson;
    const written =
      isStreamed && parameters.strategy !== 'beam' && (parameters.num_return_sequences ?? 1) === 1
        ? createStreamedText(context)
        : null;

    const service = context.application().services.texts;
    const result = await service.generate(
      visitor,
      {
        model,
        prompt,
        device: options.device ?? 'auto',
        variant: options.variant ?? 'auto',
        parameters,
      },
      {
        signal: context.signal,
        onProgress(progress) {
          if (written !== null) written.show(progress.text);
          else context.progress.update(isStreamed ? progress.text : progressLine(progress));
        },
      },
    );
    const probabilities =
      options.probabilities === undefined
        ? null
        : await service.probabilities(
            visitor,
            { model, device: result.device, variant: result.variant },
            { ...bestOf(result), alternatives },
            context.signal,
          );
    context.progress.clear();
    if (written !== null) written.end(result.sequences[0]!.text);
    else
      answer(context, toJson(model.card, result, probabilities), () => texts(result).join('\n\n'));
    if (result.fallBack !== null) context.progress.note(result.fallBack);
    context.progress.note(footer(model.card.name, result, parameters.strategy === 'sample'));
  },
});

interface PromptOptions {
  readonly prompt: string | undefined;
  readonly 'prompt-file': string | undefined;
}

async function readPrompt(context: CliContext, options: PromptOptions): Promise<string> {
  const { prompt, 'prompt-file': file } = options;
  if (prompt !== undefined && file !== undefined) {
    throw new UsageError('--prompt and --prompt-file cannot both be given.');
  }
  if (prompt !== undefined) return checkArgument(prompt);
  if (file !== undefined) return readTextFile(file, context.stdin);
  if (context.stdin.isTTY === true) {
    throw new UsageError(
      '"generate" needs --prompt TEXT, --prompt-file FILE, or a prompt on standard input.',
    );
  }
  return readText(context.stdin, 'Standard input');
}

/** Node has put U+FFFD where an argument's bytes were not UTF-8: the text that was meant is lost. */
function checkArgument(prompt: string): string {
  if (!prompt.includes('\uFFFD')) return prompt;
  throw new UsageError(
    'The prompt is not valid UTF-8, or contains U+FFFD. Put it in a file and give --prompt-file.',
  );
}

/** Text as it grows; what was written is never taken back. */
function createStreamedText({ output }: CliContext): {
  show(text: string): void;
  end(text: string): void;
} {
  let written = 0;
  const show = (text: string): void => {
    output.write(text.slice(written));
    written = Math.max(written, text.length);
  };
  return {
    show,
    end(text) {
      show(text);
      output.write('\n');
    },
  };
}

function progressLine({ tokens, maxNewTokens, tokensPerSecond }: GenerateProgress): string {
  return `${tokens} of at most ${maxNewTokens} tokens, ${tokensPerSecond.toFixed(0)} tokens/s`;
}

function texts({ sequences }: GeneratedText): readonly string[] {
  return sequences.map(({ text }) => text);
}

function footer(
  modelName: string,
  { device, variant, timings, seed }: GeneratedText,
  isSampled: boolean,
): string {
  const speed = `${timings.tokensPerSecond.toFixed(0)} tokens/s`;
  return `${modelName}, ${variant} on ${device}, ${speed}${isSampled ? `, seed ${seed}` : ''}`;
}

/** The tokens of the best result. */
function bestOf({ promptTokenIds, sequences }: GeneratedText) {
  const tokenIds = sequences[0]!.tokenIds.slice(promptTokenIds.length);
  return { promptTokenIds, tokenIds };
}

function toJson(
  { name, sha256 }: { readonly name: string; readonly sha256: string },
  { promptTokenIds, sequences, device, variant, fallBack, timings }: GeneratedText,
  probabilities: readonly TokenProbability[] | null,
): unknown {
  return {
    model: { name, sha256 },
    device,
    variant,
    ...(fallBack !== null && { fall_back: fallBack }),
    prompt_token_ids: promptTokenIds,
    sequences: sequences.map(({ tokenIds, text, score, ranking }) => ({
      token_ids: tokenIds,
      text,
      score,
      ...(ranking && { ranking }),
    })),
    ...(probabilities && { probabilities }),
    timings: {
      load_ms: timings.loadMs,
      prefill_ms: timings.prefillMs,
      decode_ms: timings.decodeMs,
      tokens_per_second: timings.tokensPerSecond,
    },
  };
}
