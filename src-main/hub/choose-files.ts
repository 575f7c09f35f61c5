import * as v from 'valibot';
import { AppError } from '../contract/errors.ts';
import type { ListedFile, Listing } from './repository-listing.ts';

/*
 * Which files of a repository make up a GPT-2 folder. Names are compared with names that we
 * know, so that nothing a hub says can lead anywhere else on the disk.
 */

export const configFile = 'config.json';
export const indexFile = 'model.safetensors.index.json';
const weightsFile = 'model.safetensors';
const companions = [
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.json',
  'merges.txt',
];
const readme = 'README.md';
const licence = /^LICEN[CS]E(\.(md|txt))?$/i;
const shard = /^[A-Za-z0-9][\w-]*(\.[\w-]+)*\.safetensors$/;
/** Names that Windows keeps for devices, with any ending. */
const device = /^(con|prn|aux|nul|com\d|lpt\d)\./i;

const maxShards = 200;
const maxShardNameLength = 150;
/** GPT-2's largest is 6.4 GB. */
const maxWeightBytes = 64 * 2 ** 30;
const maxSmallBytes = 64 * 2 ** 20;
const maxConfigBytes = 2 ** 20;

const indexSchema = v.object({ weight_map: v.record(v.string(), v.string()) });

/**
 * The files to fetch, `config.json` first and weights last. Shards are known only when the index
 * is there: `chooseShards`. Throws `model_unsupported` where the repository has no weights that
 * are safe to load, or lacks what every model needs.
 */
export function chooseFiles(listing: Listing, repository: string): readonly ListedFile[] {
  const take = (name: string): ListedFile | null => wanted(listing, name, repository);
  const config = take(configFile);
  if (config === null) throw lacking(repository, configFile);
  const weights = take(weightsFile) ?? take(indexFile);
  if (weights === null) throw withoutSafetensors(listing, repository);
  const small = companions.flatMap((name) => take(name) ?? []);
  const has = (name: string): boolean => small.some(({ path }) => path === name);
  if (!has('tokenizer.json') && !(has('vocab.json') && has('merges.txt'))) {
    throw lacking(repository, 'tokenizer.json, or vocab.json and merges.txt');
  }
  const papers = [readme, ...firstOfEach(listing.names.filter((name) => licence.test(name)))];
  const files = [
    config,
    ...small,
    // A model without its papers is a model all the same.
    ...papers.flatMap((name) => listed(listing, name).slice(0, 1)).filter(isSmall),
    weights,
  ];
  for (const { path, size_bytes } of files) {
    const isLarge = path === weightsFile;
    const most = isLarge ? maxWeightBytes : path === configFile ? maxConfigBytes : maxSmallBytes;
    if (size_bytes > most) throw tooLarge(repository, path, size_bytes);
  }
  return files;
}

/**
 * The weights that an index names. Throws `model_unsupported`.
 *
 * @param text the index as it was fetched and verified
 */
export function chooseShards(
  text: string,
  listing: Pick<Listing, 'files' | 'names'>,
  repository: string,
): readonly ListedFile[] {
  const parsed = v.safeParse(indexSchema, parseJson(text));
  if (!parsed.success) throw badIndex(repository, 'it is not an index of weights');
  const names = [...new Set(Object.values(parsed.output.weight_map))].sort();
  if (names.length === 0) throw badIndex(repository, 'it names no weights');
  if (names.length > maxShards || firstOfEach(names).length !== names.length) {
    throw badIndex(repository, 'it names more files than a model has');
  }
  const files = names.map((name) => {
    const isPlain = shard.test(name) && !device.test(name) && name.length <= maxShardNameLength;
    if (!isPlain) throw badIndex(repository, 'it names a file that cannot be used');
    const file = wanted(listing, name, repository);
    if (file === null) throw lacking(repository, name);
    return file;
  });
  const bytes = files.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
  if (bytes > maxWeightBytes) throw tooLarge(repository, indexFile, bytes);
  return files;
}

type Named = Pick<Listing, 'files' | 'names'>;

const listed = ({ files }: Named, name: string): readonly ListedFile[] =>
  files.filter(({ path }) => path === name);

/** A file by its name; null where there is none. One that cannot be verified is refused. */
function wanted(listing: Named, name: string, repository: string): ListedFile | null {
  const count = listing.names.filter((given) => given === name).length;
  if (count === 0) return null;
  const [file] = listed(listing, name);
  if (count > 1 || file === undefined) {
    throw new AppError(
      'model_unsupported',
      `The hub does not say clearly what ${name} of ${repository} is, so it could not be verified. ` +
        'Nothing was fetched. Choose another model.',
      { details: { repository, file: name } },
    );
  }
  return file;
}

/** Names that differ by more than upper and lower case, which some disks fold. */
function firstOfEach(names: readonly string[]): string[] {
  const byFolded = new Map<string, string>();
  for (const name of names) {
    const folded = name.toLowerCase();
    if (!byFolded.has(folded)) byFolded.set(folded, name);
  }
  return [...byFolded.values()];
}

const isSmall = ({ size_bytes }: ListedFile): boolean => size_bytes <= maxSmallBytes;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return null;
  }
}

function withoutSafetensors({ names }: Listing, repository: string): AppError {
  const isPickled = names.some((name) => /\.(bin|pt|pth|ckpt|pkl)$/.test(name));
  const reason = isPickled
    ? 'has its weights in a form that may run code when it is opened (pytorch_model.bin), and ' +
      'Autodoc never opens that'
    : 'has no weights that Autodoc can read';
  return new AppError(
    'model_unsupported',
    `${repository} ${reason}. Nothing was fetched. Choose a repository or a revision with model.safetensors.`,
    { details: { repository } },
  );
}

function lacking(repository: string, file: string): AppError {
  return new AppError(
    'model_unsupported',
    `${repository} lacks ${file}, which a model needs. Nothing is used of it. Choose another model.`,
    { details: { repository } },
  );
}

function badIndex(repository: string, problem: string): AppError {
  return new AppError(
    'model_unsupported',
    `${indexFile} of ${repository} is no good: ${problem}. Nothing is used of it. Choose another model.`,
    { details: { repository, file: indexFile } },
  );
}

function tooLarge(repository: string, file: string, bytes: number): AppError {
  return new AppError(
    'model_unsupported',
    `${file} of ${repository} has ${bytes} bytes, far more than a GPT-2. Nothing was fetched. Choose another model.`,
    { details: { repository, file } },
  );
}
