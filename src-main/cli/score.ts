import * as v from 'valibot';
import { variants } from '../contract/models.ts';
import { visitor } from '../services/access.ts';
import { defineCommand } from './command.ts';
import { forEachLine } from './json-lines.ts';
import { modelOption, openModel } from './model-option.ts';

export const score = defineCommand({
  name: 'score',
  summary: 'How likely a model finds texts, token by token',
  options: {
    ...modelOption,
    variant: {
      kind: 'choice',
      choices: ['auto', ...variants],
      meaning: 'How the weights are held. Default auto.',
    },
  },
  details: `Each line of standard input is a JSON string; each line out is {"token_ids", "log_probs"}: the
natural log-probability of each token after the first, given those before it.`,

  async run(context, { options }) {
    const model = await openModel(context, options.model);
    context.progress.clear();
    const { texts } = context.application().services;
    await forEachLine(context, v.string(), 'a JSON string', async (text) => {
      const variant = options.variant ?? 'auto';
      const scores = await texts.score(visitor, { model, device: 'auto', variant, text });
      return { token_ids: scores.tokenIds, log_probs: scores.logProbs };
    });
  },
});
