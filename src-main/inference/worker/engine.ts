import { probeDevice } from '../session/device-probe.ts';
import { generateTexts } from './generate-operation.ts';
import { modelOperations } from './model-operations.ts';
import { ModelSlot } from './model-slot.ts';
import type { OperationContext } from './operation-context.ts';
import type { Operation, OperationOutput, OperationPayload } from './protocol.ts';
import { scoreText } from './score-operation.ts';
import { Stopwatch } from './stopwatch.ts';
import { Tokenizers } from './tokenizers.ts';

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
      const loading = new Stopwatch();
      const model = await slot.load(input, context);
      const loadMs = loading.elapsedMs();
      const tokenizer = await tokenizers.of(input.directory);
      return generateTexts({ ...model, tokenizer, loadMs }, input, context);
    },

    async score(input, context) {
      return scoreText(await slot.load(input, context), input, context);
    },

    async tokenize({ directory, text }) {
      const { tokenIds, offsets } = (await tokenizers.of(directory)).encodeWithOffsets(text);
      return { tokenIds: [...tokenIds], offsets: [...offsets] };
    },

    async detokenize({ directory, tokenIds }) {
      return (await tokenizers.of(directory)).decode(tokenIds);
    },

    async tokenTexts({ directory, tokenIds }) {
      const tokenizer = await tokenizers.of(directory);
      return tokenIds.map((id) => tokenizer.decode([id]));
    },

    async prepareModel(input, context) {
      // Measuring needs the memory that a loaded model holds.
      await slot.release();
      return modelOperations.prepareModel(input, context);
    },

    async measureModel(input, context) {
      await slot.release();
      return modelOperations.measureModel(input, context);
    },

    async probe({ device, directory }) {
      const { variants, ...found } = await probeDevice(device, directory);
      return { ...found, variants: [...variants] };
    },
  };
}
