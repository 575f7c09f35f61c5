import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { invalidModelFile, unsupportedModel } from '../checkpoint/invalid-model.ts';
import { isMissing, readModelJson } from '../checkpoint/read-json.ts';
import { Tokenizer } from './tokenizer.ts';
import { checkVocabulary, type AddedToken, type Vocabulary } from './vocabulary.ts';

/*
 * A tokenizer as Hugging Face publishes GPT-2's: `tokenizer.json`, or the older pair of
 * `vocab.json` and `merges.txt`, to which `added_tokens.json` or `tokenizer_config.json` may add
 * tokens; in both cases `tokenizer_config.json` and `special_tokens_map.json` may name special
 * tokens.
 */

const endOfText = '<|endoftext|>';

/** Not `v.record`: it leaves out keys such as "constructor", and GPT-2 has such a token. */
const vocabSchema = v.custom<Record<string, number>>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((id) => Number.isInteger(id) && (id as number) >= 0),
  'must be a table of tokens with their ids',
);
const mergeSchema = v.pipe(
  v.union([v.string(), v.array(v.string())]),
  v.transform((merge) => (typeof merge === 'string' ? merge.split(' ') : merge)),
  v.check((parts) => parts.length === 2 && !parts.includes(''), 'must be two tokens'),
  v.transform((parts) => parts as [string, string]),
);
const tokenId = v.pipe(v.number(), v.integer(), v.minValue(0));
const addedTokenEntries = {
  content: v.pipe(v.string(), v.nonEmpty()),
  special: v.optional(v.boolean(), false),
  lstrip: v.optional(v.boolean(), false),
  rstrip: v.optional(v.boolean(), false),
  single_word: v.optional(v.boolean(), false),
};
const addedTokenSchema = v.looseObject({ id: tokenId, ...addedTokenEntries });
const stage = v.nullish(v.looseObject({ type: v.string() }));

const tokenizerSchema = v.looseObject({
  added_tokens: v.optional(v.array(addedTokenSchema), []),
  normalizer: stage,
  pre_tokenizer: stage,
  post_processor: stage,
  decoder: stage,
  model: v.looseObject({
    type: v.optional(v.string(), 'BPE'),
    vocab: vocabSchema,
    merges: v.array(mergeSchema),
  }),
});
const plainToken = { special: false, lstrip: false, rstrip: false, single_word: false };

type TokenizerFile = v.InferOutput<typeof tokenizerSchema>;

const namedToken = v.nullish(v.union([v.string(), v.looseObject({ content: v.string() })]));
const specialTokensSchema = v.looseObject({
  bos_token: namedToken,
  eos_token: namedToken,
  unk_token: namedToken,
  pad_token: namedToken,
  add_prefix_space: v.optional(v.boolean(), false),
  add_bos_token: v.optional(v.boolean(), false),
});

/** Tokens beside the vocabulary by their ids, where there is no `tokenizer.json`. */
const addedTokensSchema = v.looseObject({
  added_tokens_decoder: v.optional(
    v.record(v.pipe(v.string(), v.regex(/^\d+$/)), v.looseObject(addedTokenEntries)),
    {},
  ),
});

/**
 * Reads and checks the tokenizer of a model's folder.
 *
 * @param vocabSize the model's, from its `config.json`
 * @throws AppError `model_invalid` for a missing or broken file, `model_unsupported` for a
 *   tokenizer of another kind
 */
export async function loadTokenizer(directory: string, vocabSize: number): Promise<Tokenizer> {
  const specialNames = await readSpecialTokens(directory);
  const file = await readModelJson(directory, 'tokenizer.json', tokenizerSchema);
  const files =
    file === null
      ? { vocabulary: 'vocab.json', merges: 'merges.txt' }
      : { vocabulary: 'tokenizer.json', merges: 'tokenizer.json' };
  if (file !== null) refuseOtherKinds(file);
  const beside = file === null ? await readAddedTokens(directory) : [];
  const parts =
    file === null
      ? { ...(await readVocabularyAndMerges(directory)), added: beside }
      : { vocab: file.model.vocab, merges: file.model.merges, added: file.added_tokens };

  const tokenIds = new Map(Object.entries(parts.vocab));
  const vocabulary: Vocabulary = {
    tokenIds,
    merges: parts.merges,
    addedTokens: addedTokens(parts.added, specialNames, tokenIds),
  };
  checkVocabulary(vocabulary, vocabSize, files);
  return new Tokenizer(vocabulary, vocabSize);
}

async function readVocabularyAndMerges(
  directory: string,
): Promise<{ vocab: Record<string, number>; merges: [string, string][] }> {
  const vocab = await readModelJson(directory, 'vocab.json', vocabSchema);
  if (vocab === null) {
    throw invalidModelFile('tokenizer.json', 'it is missing', {
      remedy: 'A model needs tokenizer.json, or vocab.json and merges.txt, beside its weights.',
    });
  }
  return { vocab, merges: parseMerges(await readMerges(directory)) };
}

/** Later versions of the reference write `added_tokens_decoder`, earlier ones a file of its own. */
async function readAddedTokens(directory: string): Promise<TokenizerFile['added_tokens']> {
  const name = 'tokenizer_config.json';
  const config = await readModelJson(directory, name, addedTokensSchema);
  const decoder = Object.entries(config?.added_tokens_decoder ?? {});
  const tokens = decoder.map(([id, token]) => ({ id: Number(id), ...token }));
  refuseStripping(name, tokens);
  const table = (await readModelJson(directory, 'added_tokens.json', vocabSchema)) ?? {};
  const known = new Set(tokens.map(({ id }) => id));
  const others = Object.entries(table).filter(([, id]) => !known.has(id));
  return [...tokens, ...others.map(([content, id]) => ({ id, content, ...plainToken }))];
}

async function readMerges(directory: string): Promise<string> {
  try {
    return await readFile(path.join(directory, 'merges.txt'), 'utf8');
  } catch (cause) {
    const problem = isMissing(cause) ? 'it is missing' : 'it cannot be read';
    throw invalidModelFile('merges.txt', problem, { cause });
  }
}

/** One merge a line, two tokens with a blank between them, below a line with the version. */
function parseMerges(text: string): [string, string][] {
  const merges: [string, string][] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line === '' || line.startsWith('#version')) continue;
    const parsed = v.safeParse(mergeSchema, line);
    if (!parsed.success) {
      throw invalidModelFile('merges.txt', `line ${index + 1} is not two tokens with a blank`);
    }
    merges.push(parsed.output);
  }
  return merges;
}

/** The special tokens' texts. GPT-2's own is there by default, as in the reference. */
async function readSpecialTokens(directory: string): Promise<ReadonlySet<string>> {
  const names = new Set([endOfText]);
  for (const file of ['tokenizer_config.json', 'special_tokens_map.json']) {
    const config = await readModelJson(directory, file, specialTokensSchema);
    if (config === null) continue;
    if (config.add_prefix_space) {
      throw unsupportedModel(file, 'it puts a blank before each text', 'add_prefix_space');
    }
    if (config.add_bos_token) {
      throw unsupportedModel(file, 'it puts a token before each text', 'add_bos_token');
    }
    for (const token of [config.bos_token, config.eos_token, config.unk_token, config.pad_token]) {
      if (typeof token === 'string') names.add(token);
      else if (token !== null && token !== undefined) names.add(token.content);
    }
  }
  return names;
}

function addedTokens(
  listed: TokenizerFile['added_tokens'],
  specialNames: ReadonlySet<string>,
  tokenIds: ReadonlyMap<string, number>,
): AddedToken[] {
  const tokens = listed.map(({ id, content, special }) => ({
    id,
    content,
    isSpecial: special || specialNames.has(content),
  }));
  for (const content of specialNames) {
    const id = tokenIds.get(content);
    const isListed = tokens.some((token) => token.content === content);
    if (id !== undefined && !isListed) tokens.push({ id, content, isSpecial: true });
  }
  return tokens;
}

/** A tokenizer that changes the text on the way in would not give it back to the byte. */
function refuseOtherKinds(file: TokenizerFile): void {
  const refuse = (problem: string, option: string): never => {
    throw unsupportedModel('tokenizer.json', problem, option);
  };
  const { model, normalizer, pre_tokenizer, post_processor, decoder } = file;
  if (model.type !== 'BPE') refuse(`its model is "${model.type}", not "BPE"`, 'model.type');
  const changing = [
    'continuing_subword_prefix',
    'end_of_word_suffix',
    'byte_fallback',
    'ignore_merges',
    'dropout',
  ];
  for (const option of changing) {
    if (Boolean(model[option])) refuse(`it has the option "${option}"`, `model.${option}`);
  }
  if (normalizer) refuse(`it changes the text by "${normalizer.type}"`, 'normalizer');
  const isByteLevel =
    pre_tokenizer?.type === 'ByteLevel' &&
    pre_tokenizer.use_regex !== false &&
    pre_tokenizer.add_prefix_space !== true;
  if (!isByteLevel) refuse('it does not cut texts as GPT-2 does', 'pre_tokenizer');
  if (post_processor && post_processor.type !== 'ByteLevel') {
    refuse(`it adds tokens by "${post_processor.type}"`, 'post_processor');
  }
  if (decoder && decoder.type !== 'ByteLevel') {
    refuse(`it puts texts together by "${decoder.type}"`, 'decoder');
  }
  refuseStripping('tokenizer.json', file.added_tokens);
}

function refuseStripping(file: string, tokens: TokenizerFile['added_tokens']): void {
  for (const { content, lstrip, rstrip, single_word } of tokens) {
    if (!lstrip && !rstrip && !single_word) continue;
    throw unsupportedModel(
      file,
      `its token "${content}" changes the text around it`,
      'added_tokens',
    );
  }
}
