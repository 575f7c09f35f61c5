import { describe, expect, it } from 'vitest';
import { chooseFiles, chooseShards } from '../../../src-main/hub/choose-files.ts';
import { readListing, type Listing } from '../../../src-main/hub/repository-listing.ts';

const sha = 'a'.repeat(40);
const sha256 = 'b'.repeat(64);
const small = (rfilename: string, size = 10) => ({ rfilename, size, blobId: sha });
const large = (rfilename: string, size = 1_000) => ({
  ...small(rfilename, size),
  lfs: { sha256, size, pointerSize: 134 },
});
const needed = [small('config.json'), small('tokenizer.json'), large('model.safetensors')];

function listingOf(siblings: readonly unknown[]): Listing {
  const listing = readListing({ id: 'ada/lawn', sha, siblings, gated: false });
  if (listing === null) throw new Error('not a listing');
  return listing;
}

const chosen = (...siblings: readonly unknown[]): readonly string[] =>
  chooseFiles(listingOf(siblings), 'ada/lawn').map(({ path }) => path);

const unsupported = (message: RegExp): unknown =>
  expect.objectContaining({
    code: 'model_unsupported',
    message: expect.stringMatching(message) as string,
  });

describe('a listing', () => {
  it('keeps of a file what verifies it', () => {
    const { files } = listingOf(needed);
    expect(files[0]).toEqual({
      path: 'config.json',
      size_bytes: 10,
      sha256: null,
      git_sha1: sha,
    });
    expect(files[2]).toEqual({
      path: 'model.safetensors',
      size_bytes: 1_000,
      sha256,
      git_sha1: null,
    });
  });

  it.each([
    ['nothing', null],
    ['a list', []],
    ['no commit', { siblings: [] }],
    ['a branch for a commit', { sha: 'main', siblings: [] }],
    ['an evil name', { id: '../..', sha, siblings: [] }],
    ['a negative size', { sha, siblings: [small('config.json', -1)] }],
    ['a size beyond all disks', { sha, siblings: [small('config.json', 2 ** 50)] }],
    ['half a byte', { sha, siblings: [small('config.json', 0.5)] }],
    ['no hash', { sha, siblings: [{ ...small('config.json'), blobId: 'x' }] }],
    ['a hash too short', { sha, siblings: [{ ...large('m'), lfs: { sha256: sha, size: 1 } }] }],
  ])('is none: %s', (_, json) => {
    expect(readListing(json)).toBeNull();
  });
});

describe('the files to fetch', () => {
  it('are the configuration first, the weights last, and nothing but names that are known', () => {
    const others = ['vocab.json', 'README.md', 'LICENSE.txt', '../config.json', '/etc/passwd'];
    const more = [
      'a\\b',
      'onnx/model.safetensors',
      'tf_model.h5',
      'LICENSE/../../x',
      'config.json ',
    ];
    expect(chosen(...needed, ...[...others, ...more].map((name) => small(name)))).toEqual([
      'config.json',
      'tokenizer.json',
      'vocab.json',
      'README.md',
      'LICENSE.txt',
      'model.safetensors',
    ]);
  });

  it('are the index where there is no single file', () => {
    const [config, tokenizer] = needed;
    expect(chosen(config, tokenizer, small('model.safetensors.index.json'))).toEqual([
      'config.json',
      'tokenizer.json',
      'model.safetensors.index.json',
    ]);
  });

  it('hold one licence where a disk would take two for one', () => {
    expect(chosen(...needed, small('LICENSE'), small('License'))).toContain('LICENSE');
    expect(chosen(...needed, small('LICENSE'), small('License'))).not.toContain('License');
  });

  it('leave out a README that is far too long', () => {
    expect(chosen(...needed, large('README.md', 2 ** 31))).not.toContain('README.md');
  });

  const [config, tokenizer, weights] = needed;
  it.each([
    ['no configuration', [tokenizer, weights], /lacks config\.json/],
    ['no tokenizer', [config, weights], /lacks tokenizer\.json, or vocab/],
    ['half a tokenizer', [config, weights, small('vocab.json')], /lacks tokenizer\.json, or/],
    ['no weights', [config, tokenizer], /no weights that Autodoc can read/],
    ['pickled weights', [config, tokenizer, large('pytorch_model.bin')], /may run code/],
    ['a name twice', [...needed, large('model.safetensors', 7)], /does not say clearly/],
    ['no size', [config, tokenizer, { rfilename: 'model.safetensors' }], /does not say clearly/],
    [
      'two sizes',
      [config, tokenizer, { ...large('model.safetensors'), size: 999 }],
      /does not say clearly/,
    ],
    ['too much', [config, tokenizer, large('model.safetensors', 2 ** 37)], /far more than/],
    ['a large configuration', [small('config.json', 2 ** 21), tokenizer, weights], /far more/],
  ])('are none: %s', (_, siblings, message) => {
    expect(() => chosen(...siblings)).toThrow(unsupported(message));
  });
});

describe('the shards', () => {
  const listing = listingOf([
    large('model-00001-of-00002.safetensors'),
    large('model-00002-of-00002.safetensors'),
    large('con.safetensors'),
    large('huge.safetensors', 2 ** 37),
  ]);
  const shards = (...names: readonly string[]): readonly string[] => {
    const weight_map = Object.fromEntries(names.map((name, index) => [`tensor.${index}`, name]));
    return chooseShards(JSON.stringify({ weight_map }), listing, 'ada/lawn').map(
      ({ path }) => path,
    );
  };

  it('are those that the index names, once each', () => {
    const [one, two] = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
    expect(shards(two, one, two)).toEqual([one, two]);
  });

  it.each([
    ['none', [], /names no weights/],
    ['one that is not there', ['model-00003-of-00002.safetensors'], /lacks model-00003/],
    ['one elsewhere', ['../model.safetensors'], /cannot be used/],
    ['one of the system', ['/dev/zero.safetensors'], /cannot be used/],
    ['one with a backslash', ['a\\b.safetensors'], /cannot be used/],
    ['one of another kind', ['pytorch_model.bin'], /cannot be used/],
    ['a device of Windows', ['con.safetensors'], /cannot be used/],
    ['two that some disks take for one', ['a.safetensors', 'A.safetensors'], /more files than/],
    [
      'more than a model has',
      Array.from({ length: 201 }, (_, n) => `${n}.safetensors`),
      /more files than/,
    ],
    ['one far too large', ['huge.safetensors'], /far more than/],
  ])('are refused: %s', (_, names, message) => {
    expect(() => shards(...names)).toThrow(unsupported(message));
  });

  it.each(['', 'null', '[]', '{}', '{"weight_map": []}', '{"weight_map": {"a": 1}}'])(
    'are not in %j',
    (text) => {
      expect(() => chooseShards(text, listing, 'ada/lawn')).toThrow(
        unsupported(/not an index|names no weights/),
      );
    },
  );
});
