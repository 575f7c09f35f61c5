import { expect, it } from 'vitest';
import { openCheckpoint } from '../../../src-main/inference/checkpoint/checkpoint.ts';
import { preparedSize } from '../../../src-main/inference/checkpoint/prepared-size.ts';
import { modelDirectory } from '../../fixtures/reference.ts';

it('the size of a prepared model is told from its configuration alone', async () => {
  const bytesPerWeight = new Set<number>();
  for (const name of ['starter', 'odd-sizes', 'separate-head', 'sharded', 'large-vocabulary']) {
    const checkpoint = await openCheckpoint(modelDirectory(name));
    await checkpoint.close();
    const bytes = await preparedSize(checkpoint.directory);
    bytesPerWeight.add(Number((bytes / checkpoint.parameterCount).toFixed(2)));
  }
  // Every weight counted, none twice: all of them come to the same.
  expect(bytesPerWeight.size).toBe(1);
});
