import { chosenParameters } from '../contract/chosen-parameters.ts';
import type { InferenceClient } from '../inference/client/types.ts';
import { aModel, authorize } from '../access/authorize.ts';
import { limitsOf, planPrompt } from './drafting/plan-prompt.ts';
import { readTail } from './drafting/text-tail.ts';
import type { ModelShelf } from './model-shelf.ts';
import type { Room } from './services.ts';
import type { SettingsReader } from './settings.ts';

export interface ContextServiceOptions {
  readonly client: InferenceClient;
  readonly models: ModelShelf;
  readonly settings: SettingsReader;
}

/** What a draft of a text would read, by the very planner that drafts. */
export function createContextService(options: ContextServiceOptions): Room<'context'> {
  const { client, models, settings } = options;
  return {
    async measure(principal, { text }) {
      const chosen = settings.current();
      authorize(principal, 'model:use', aModel(chosen.model_name));
      const isThere = await models.has(chosen.model_name);
      const model = await models.get(isThere ? chosen.model_name : models.bundledName);
      const { n_positions } = model.card;
      const limits = limitsOf(
        chosenParameters(chosen, model.card.recommended_parameters),
        n_positions,
      );
      const tail = await readTail(client, model, text);
      const plan = tail.tokenIds.length === 0 ? null : planPrompt(tail, limits);
      return {
        tokens: tail.tokenIds.length,
        is_exact: tail.start === 0,
        prompt_tokens: plan?.tokenIds.length ?? 0,
        reads_from: plan?.start ?? 0,
        n_positions,
        max_new_tokens:
          plan?.maxNewTokens ?? Math.min(limits.maxNewTokens ?? limits.maxLength, n_positions - 1),
      };
    },
  };
}
