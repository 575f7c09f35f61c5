import * as v from 'valibot';
import { visitor } from '../access/authorize.ts';
import { defineCommand } from './command.ts';
import { forEachLine } from './json-lines.ts';
import { modelOption, openModel } from './model-option.ts';

const tokenIdsSchema = v.array(v.pipe(v.number(), v.integer(), v.minValue(0)), 'not a list');

export const tokenize = defineCommand({
  name: 'tokenize',
  summary: 'Texts to token ids, a line each, or back',
  options: {
    ...modelOption,
    decode: { kind: 'flag', meaning: 'The other way round: token ids to texts.' },
  },
  details: `Each line of standard input is a JSON string; each line out is a JSON array of token ids.
With --decode each line in is an array of ids and each line out a string.`,

  async run(context, { options }) {
    const model = await openModel(context, options.model);
    context.progress.clear();
    const { texts } = context.application().services;
    if (options.decode) {
      await forEachLine(context, tokenIdsSchema, 'a JSON array of token ids', (tokenIds) =>
        texts.detokenize(visitor, model, tokenIds),
      );
    } else {
      await forEachLine(context, v.string(), 'a JSON string', (text) =>
        texts.tokenize(visitor, model, text),
      );
    }
  },
});
