import type { ModelReference } from '../inference/client/types.ts';
import { visitor } from '../access/authorize.ts';
import type { OptionTable } from './command.ts';
import type { CliContext } from './context.ts';

export const modelOption = {
  model: {
    kind: 'text',
    value: 'NAME|DIR',
    meaning: 'An imported model, or any Hugging Face GPT-2 folder. Default: the bundled starter.',
  },
} as const satisfies OptionTable;

/** The model that was asked for; a folder that was never imported is prepared first. */
export async function openModel(
  context: CliContext,
  nameOrDirectory = 'starter',
): Promise<ModelReference> {
  context.progress.update('Opening the model');
  return context.application().services.texts.model(visitor, nameOrDirectory, {
    signal: context.signal,
    onProgress: ({ message }) => context.progress.update(message),
  });
}
