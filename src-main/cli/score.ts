import * as v from 'valibot';
import { variants } from '../contract/models.ts';
import { visitor } from '../access/authorize.ts';
import { defineCommand } from './command.ts';
import { countOption } from './count-option.ts';
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
    alternatives: {
      kind: 'text',
      value: 'N',
      meaning: 'Name the N likeliest tokens at each place too, at most 100.',
    },
  },
  details: `Each line of standard input is a JSON string; each line out is {"token_ids", "log_probs"}: the
natural log-probability of each token after the first, given those before it. With --alternatives
N also {"alternatives"}: for each of these places the N likeliest tokens as {"token_id", "text",
"log_prob"}, likeliest first.`,

  async run(context, { options }) {
    const alternatives = countOption('alternatives', options.alternatives, 100);
    const model = await openModel(context, options.model);
    context.progress.clear();
    const { texts } = context.application().services;
    await forEachLine(context, v.string(), 'a JSON string', async (text) => {
      const variant = options.variant ?? 'auto';
      const request = { model, device: 'auto', variant, text, alternatives } as const;
      const scores = await texts.score(visitor, request);
      const result = { token_ids: scores.tokenIds, log_probs: scores.logProbs };
      if (alternatives === 0) return result;
      const ids = [...new Set(scores.alternatives.flat().map(({ tokenId }) => tokenId))];
      const known = await texts.tokenTexts(visitor, model, ids);
      const textOf = new Map(ids.map((id, i) => [id, known[i]]));
      return {
        ...result,
        alternatives: scores.alternatives.map((place) =>
          place.map(({ tokenId, logProb }) => ({
            token_id: tokenId,
            text: textOf.get(tokenId),
            log_prob: logProb,
          })),
        ),
      };
    });
  },
});
