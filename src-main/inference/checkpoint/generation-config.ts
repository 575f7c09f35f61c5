import * as v from 'valibot';
import { parameterNames } from '../../contract/generation.ts';
import { tokenIdsSchema } from './config.ts';
import { readModelJson } from './read-json.ts';

/** What a checkpoint's `generation_config.json` says; empty where it has none. */
export interface GenerationConfig {
  /** Undefined where the file does not say: then `config.json` counts. */
  readonly bosTokenId: number | null | undefined;
  readonly eosTokenIds: readonly number[] | undefined;
  readonly padTokenId: number | null | undefined;
  /** `do_sample` and the generation parameters it recommends, under Hugging Face's names. */
  readonly recommendedParameters: Readonly<Record<string, number | boolean | string>>;
}

const tokenId = v.pipe(v.number(), v.integer(), v.minValue(0));
const schema = v.looseObject(
  {
    bos_token_id: v.nullish(tokenId),
    eos_token_id: v.nullish(tokenIdsSchema),
    pad_token_id: v.nullish(tokenId),
  },
  'must be a table of options',
);
const recommendable = ['do_sample', ...parameterNames];

/** Reads a folder's `generation_config.json`. Fails with `model_invalid` on a malformed one. */
export async function readGenerationConfig(directory: string): Promise<GenerationConfig> {
  const raw = (await readModelJson(directory, 'generation_config.json', schema)) ?? {};
  const recommended: Record<string, number | boolean | string> = {};
  for (const name of recommendable) {
    const value = (raw as Record<string, unknown>)[name];
    if (['number', 'boolean', 'string'].includes(typeof value)) {
      recommended[name] = value as number | boolean | string;
    }
  }
  const eos = raw.eos_token_id;
  return {
    bosTokenId: raw.bos_token_id,
    eosTokenIds: eos === undefined || eos === null ? undefined : [eos].flat(),
    padTokenId: raw.pad_token_id,
    recommendedParameters: recommended,
  };
}
