import fc from 'fast-check';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../../src-main/contract/errors.ts';
import {
  openCheckpoint,
  type Checkpoint,
} from '../../../src-main/inference/checkpoint/checkpoint.ts';
import { rowChunks } from '../../../src-main/inference/checkpoint/weight-source.ts';
import { loadTokenizer } from '../../../src-main/inference/tokenizer/load-tokenizer.ts';
import {
  configOf,
  randomWeights,
  safetensors,
  smallSizes,
  storeWeights,
  withHeader,
  writeCheckpointFolder,
} from '../../fixtures/checkpoint-folder.ts';
import { largeCount, testSeed } from '../../fixtures/scale.ts';

/*
 * Whatever a file holds, opening a checkpoint either fails with an AppError that names the file,
 * or gives the very weights that were written: never a crash, and never another model.
 */

const indexFile = 'model.safetensors.index.json';
let folder: string;
const whole = safetensors(storeWeights(randomWeights(smallSizes)));
const headerLength = Number(whole.readBigUInt64LE());

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'autodoc-test-'));
  await writeCheckpointFolder(folder);
});
afterAll(() => rm(folder, { recursive: true }));

async function expectCleanEnd(file: string, content: Uint8Array | string): Promise<void> {
  await writeFile(path.join(folder, file), content);
  try {
    await (await openCheckpoint(folder)).close();
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    expect(['model_invalid', 'model_unsupported']).toContain((error as AppError).code);
    expect((error as AppError).message).toMatch(/^\S+: .+\./);
  }
}

const limits = { numRuns: largeCount(5_000) };

/** A change of a file's bytes at a place, given as a share of its length. */
interface Change {
  readonly kind: 'flip' | 'insert' | 'delete' | 'cut' | 'repeat';
  readonly share: number;
  readonly bytes: Uint8Array;
}

const changes: fc.Arbitrary<readonly Change[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('flip', 'flip', 'insert', 'delete', 'cut', 'repeat'),
    share: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    bytes: fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 6 }),
      // What a number or a name may become and stay one.
      fc
        .constantFrom('0', '9', '-', 'e9', '"', '[', '}', 'F16', 'null')
        .map((text) => Buffer.from(text)),
    ),
  }),
  { minLength: 1, maxLength: 3 },
);

function spoil(file: Uint8Array, wanted: readonly Change[]): Buffer {
  let bytes = Buffer.from(file);
  for (const { kind, share, bytes: other } of wanted) {
    const place = Math.floor(share * bytes.length);
    const before = bytes.subarray(0, place);
    const after = (skipped: number) => bytes.subarray(place + skipped);
    switch (kind) {
      case 'flip':
        bytes = Buffer.concat([before, other, after(other.length)]).subarray(0, bytes.length);
        break;
      case 'insert':
        bytes = Buffer.concat([before, other, after(0)]);
        break;
      case 'delete':
        bytes = Buffer.concat([before, after(other.length)]);
        break;
      case 'cut':
        bytes = before;
        break;
      case 'repeat':
        bytes = Buffer.concat([before, after(0).subarray(0, 40), after(0)]);
        break;
    }
  }
  return bytes;
}

/** Every weight's values; fails as reading them does. */
async function readAll({ weights }: Checkpoint): Promise<Buffer> {
  const parts: Buffer[] = [];
  const { tokenEmbedding, positionEmbedding, finalNorm, layers, head } = weights;
  const linears = layers.flatMap(({ qkv, projection, expand, contract }) => [
    ...[qkv, projection, expand, contract].flatMap(({ matrix, bias }) => [matrix, bias]),
  ]);
  const norms = [finalNorm, ...layers.flatMap((layer) => [layer.attentionNorm, layer.innerNorm])];
  const all = [tokenEmbedding, positionEmbedding, head, ...linears];
  for (const source of [...all, ...norms.flatMap(({ gain, bias }) => [gain, bias])]) {
    for await (const { values } of rowChunks(source)) parts.push(Buffer.from(values.buffer));
  }
  return Buffer.concat(parts);
}

async function expectRefusalOrSame(written: Buffer): Promise<'refused' | 'same'> {
  let checkpoint: Checkpoint | null = null;
  try {
    checkpoint = await openCheckpoint(folder);
    expect((await readAll(checkpoint)).equals(written)).toBe(true);
    return 'same';
  } catch (error) {
    expect(error).toMatchObject({ name: 'AppError' });
    expect(['model_invalid', 'model_unsupported']).toContain((error as AppError).code);
    return 'refused';
  } finally {
    await checkpoint?.close();
  }
}

describe('a spoiled checkpoint', { timeout: 300_000 }, () => {
  it('ends cleanly with any bytes changed in the header', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(headerLength + 7), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        async (changes) => {
          const bytes = Buffer.from(whole);
          for (const [place, value] of changes) bytes[place] = value;
          await expectCleanEnd('model.safetensors', bytes);
        },
      ),
      { ...limits, seed: testSeed() },
    );
    await writeFile(path.join(folder, 'model.safetensors'), whole);
  });

  it('ends cleanly with any JSON for a header', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.json(),
          fc
            .dictionary(
              fc.constantFrom('wte.weight', 'wpe.weight', '__metadata__', '__proto__', 'a'),
              fc.record(
                {
                  dtype: fc.constantFrom('F32', 'F16', 'I8', 'constructor', ''),
                  shape: fc.array(fc.oneof(fc.nat(5), fc.maxSafeInteger(), fc.double())),
                  data_offsets: fc.array(fc.oneof(fc.nat(50), fc.maxSafeInteger()), {
                    maxLength: 3,
                  }),
                },
                { requiredKeys: [] },
              ),
            )
            .map((header) => JSON.stringify(header)),
        ),
        fc.nat(60),
        async (header, dataBytes) => {
          await expectCleanEnd(
            'model.safetensors',
            withHeader(Buffer.from(header), new Uint8Array(dataBytes)),
          );
        },
      ),
      { ...limits, seed: testSeed() },
    );
    await writeFile(path.join(folder, 'model.safetensors'), whole);
  });

  it('ends cleanly with any option in config.json', async () => {
    const config = configOf(smallSizes);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(config), 'n_ctx', 'n_inner', 'pruned_heads', 'eos_token_id'),
        fc.oneof(fc.jsonValue(), fc.integer(), fc.constantFrom(0, -1, 1e300, 0.5)),
        async (option, value) => {
          await expectCleanEnd('config.json', JSON.stringify({ ...config, [option]: value }));
        },
      ),
      { ...limits, seed: testSeed() },
    );
    await writeFile(path.join(folder, 'config.json'), JSON.stringify(config));
  });

  it.each(['model.safetensors', 'config.json', indexFile, 'a.safetensors'])(
    'is refused or the same with bytes of %s changed, added or lost',
    async (file) => {
      const isSharded = file !== 'model.safetensors' && file !== 'config.json';
      if (isSharded) await shard(folder);
      const original = await readFile(path.join(folder, file));
      const checkpoint = await openCheckpoint(folder);
      const written = await readAll(checkpoint);
      await checkpoint.close();
      // What the weights are is theirs to say: only what describes them is spoiled.
      const described = file.endsWith('.safetensors')
        ? 8 + Number(original.readBigUInt64LE())
        : original.length;
      const ends = new Set<string>();
      await fc.assert(
        fc.asyncProperty(changes, async (wanted) => {
          const description = spoil(original.subarray(0, described), wanted);
          const whole = Buffer.concat([description, original.subarray(described)]);
          await writeFile(path.join(folder, file), whole);
          ends.add(await expectRefusalOrSame(written));
        }),
        { ...limits, seed: testSeed() },
      );
      expect(ends).toContain('refused');
      await writeFile(path.join(folder, file), original);
    },
  );

  it('ends cleanly with bytes of its tokenizer changed, added or lost', async () => {
    const file = path.join(folder, 'tokenizer.json');
    const original = await readFile(file);
    const ends = new Set<string>();
    // Drawn changes rarely leave a tokenizer that can be read: each end comes once for certain.
    const bytes = Buffer.from(' ');
    const harmless: readonly Change[] = [{ kind: 'insert', share: 0, bytes }];
    const fatal: readonly Change[] = [{ kind: 'cut', share: 0, bytes }];
    await fc.assert(
      fc.asyncProperty(changes, async (wanted) => {
        await writeFile(file, spoil(original, wanted));
        try {
          const tokenizer = await loadTokenizer(folder, smallSizes.vocab_size);
          const ids = tokenizer.encode('A plain text, 42 words long.');
          expect(ids.every((id) => id >= 0 && id < smallSizes.vocab_size)).toBe(true);
          ends.add('read');
        } catch (error) {
          expect(error).toMatchObject({ name: 'AppError' });
          // A vocabulary without a byte of the text is a vocabulary all the same.
          expect(['model_invalid', 'model_unsupported', 'invalid_input']).toContain(
            (error as AppError).code,
          );
          ends.add('refused');
        }
      }),
      { ...limits, seed: testSeed(), examples: [[harmless], [fatal]] },
    );
    expect(ends).toEqual(new Set(['read', 'refused']));
    await writeFile(file, original);
  });
});

/** The folder's weights in two files with their index. */
async function shard(directory: string): Promise<void> {
  const tensors = [...storeWeights(randomWeights(smallSizes))];
  const weight_map: Record<string, string> = {};
  for (const [file, part] of [
    ['a.safetensors', tensors.slice(0, 9)],
    ['b.safetensors', tensors.slice(9)],
  ] as const) {
    await writeFile(path.join(directory, file), safetensors(new Map(part)));
    for (const [name] of part) weight_map[name] = file;
  }
  await writeFile(path.join(directory, indexFile), JSON.stringify({ weight_map }));
  await rm(path.join(directory, 'model.safetensors'), { force: true });
}
