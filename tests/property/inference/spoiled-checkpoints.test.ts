import fc from 'fast-check';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../../src-main/contract/errors.ts';
import { openCheckpoint } from '../../../src-main/inference/checkpoint/checkpoint.ts';
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
 * Whatever a file holds, opening a checkpoint either works or fails with an AppError that names
 * the file.
 */

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
});
