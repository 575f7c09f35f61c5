import type { ModelCard } from '../../contract/models.ts';
import { measureModel } from '../model-store/measure-model.ts';
import { prepareModel } from '../model-store/prepare-model.ts';
import type { OperationContext } from './operation-context.ts';
import type { OperationOutput, OperationPayload } from './protocol.ts';

/** The operations on models as files. They load what they need themselves. */
export const modelOperations = {
  async prepareModel(
    input: OperationPayload<'prepareModel'>,
    { signal, report }: OperationContext<'prepareModel'>,
  ): Promise<OperationOutput<'prepareModel'>> {
    return toOutput(await prepareModel(input, { signal, onProgress: report }));
  },

  async measureModel(
    input: OperationPayload<'measureModel'>,
    { signal, report }: OperationContext<'measureModel'>,
  ): Promise<OperationOutput<'measureModel'>> {
    return toOutput(await measureModel(input, { signal, onProgress: report }));
  },
};

/** A copy with lists of its own, as the protocol's types have them. */
function toOutput(card: ModelCard): OperationOutput<'prepareModel'> {
  return {
    ...card,
    eos_token_ids: [...card.eos_token_ids],
    variants: [...card.variants],
    training: card.training && { ...card.training, data: [...card.training.data] },
  };
}
