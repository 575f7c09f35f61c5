import { setImmediate } from 'node:timers/promises';
import { AppError } from '../../contract/errors.ts';
import { generate } from '../generation/generate.ts';
import { resolveConfig } from '../generation/resolve-config.ts';
import { prepareModel } from '../model-store/prepare-model.ts';
import { scoreTokens } from '../scoring/score-tokens.ts';
import { reportDevices } from '../session/devices.ts';
import { ModelSlot, type LoadingListener } from './model-slot.ts';
import type {
  Operation,
  OperationOutput,
  OperationPayload,
  OperationProgress,
} from './protocol.ts';
import { Stopwatch } from './stopwatch.ts';
import { Tokenizers } from './tokenizers.ts';

/** What an operation is given beside its input. */
export interface OperationContext<Name extends Operation> extends LoadingListener {
  readonly signal: AbortSignal;
  readonly report: (progress: OperationProgress<Name>) => void;
}

export type Engine = {
  [Name in Operation]: (
    input: OperationPayload<Name>,
    context: OperationContext<Name>,
  ) => Promise<OperationOutput<Name>>;
};

/** The operations over one model in memory. The client asks for one that needs it at a time. */
export function createEngine(): Engine {
  const slot = new ModelSlot();
  const tokenizers = new Tokenizers();

  return {
    async generate(input, context) {
      const { promptTokenIds, parameters } = input;
      const { signal } = context;
      const loading = new Stopwatch();
      const model = await slot.load(input, context);
      const loadMs = loading.elapsedMs();
      const tokenizer = await tokenizers.of(input.directory);
      const { card, session, decoder, variant } = model;
      const config = resolveConfig(
        parameters,
        {
          vocabSize: card.vocab_size,
          maxPositions: card.n_positions,
          eosTokenIds: card.eos_token_ids,
        },
        promptTokenIds.length,
      );
      const maxNewTokens = config.max_length - promptTokenIds.length;

      decoder.signal = signal;
      const prefill = new Stopwatch();
      let prefillMs = 0;
      let decode = prefill;
      let tokens = 0;
      /** The first token comes with the prompt's reading; the rest are what decoding is timed by. */
      const tokensPerSecond = () =>
        tokens > 1
          ? ((tokens - 1) * 1000) / decode.elapsedMs()
          : (tokens * 1000) / Math.max(prefillMs, Number.MIN_VALUE);
      const sequences = await generate({
        decoder,
        promptTokenIds,
        config,
        signal,
        async onStep({ newTokenIds, steps }) {
          tokens = steps;
          if (steps === 1) {
            prefillMs = prefill.elapsedMs();
            decode = new Stopwatch();
          }
          context.report({
            text: tokenizer.decodeBeginning(newTokenIds, { skipSpecialTokens: true }),
            tokens,
            maxNewTokens,
            tokensPerSecond: tokensPerSecond(),
            device: session.device,
            variant,
          });
          // Lets messages in: a cancel takes effect before the next step.
          await setImmediate();
        },
      });
      return {
        sequences: sequences.map(({ tokenIds, score }) => ({
          tokenIds: [...tokenIds],
          text: tokenizer.decode(tokenIds.slice(promptTokenIds.length), {
            skipSpecialTokens: true,
          }),
          score,
          ranking: null,
        })),
        device: session.device,
        variant,
        fallBack: null,
        seed: config.seed,
        timings: {
          loadMs,
          prefillMs,
          decodeMs: decode.elapsedMs(),
          tokensPerSecond: tokensPerSecond(),
        },
      };
    },

    async score(input, context) {
      const tokenIds = [...input.tokenIds];
      const { session, card } = await slot.load(input, context);
      if (tokenIds.length > card.n_positions) {
        throw new AppError(
          'prompt_too_long',
          `The text has ${tokenIds.length} tokens and the model reads ${card.n_positions}. ` +
            'Score it in shorter parts.',
          { details: { tokens: tokenIds.length, n_positions: card.n_positions } },
        );
      }
      const { logProbs } = await scoreTokens(session, tokenIds, context.signal);
      return { tokenIds, logProbs: [...logProbs], alternatives: [] };
    },

    async tokenize({ directory, text }) {
      const { tokenIds, offsets } = (await tokenizers.of(directory)).encodeWithOffsets(text);
      return { tokenIds: [...tokenIds], offsets: [...offsets] };
    },

    async detokenize({ directory, tokenIds }) {
      return (await tokenizers.of(directory)).decode(tokenIds);
    },

    async prepareModel(input, { signal, report }) {
      // Measuring needs the memory that a loaded model holds.
      await slot.release();
      const card = await prepareModel(input, { signal, onProgress: report });
      return { ...card, eos_token_ids: [...card.eos_token_ids], variants: [...card.variants] };
    },

    devices: () => Promise.resolve([...reportDevices()]),
  };
}
