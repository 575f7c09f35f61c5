import { expect, it } from 'vitest';
import { AppError } from '../../../../src-main/contract/errors.ts';
import { toEngineFailure } from '../../../../src-main/inference/worker/engine-failure.ts';

it.each([
  'Exception during initialization: std::bad_alloc',
  'Failed to allocate memory for requested buffer of size 154389504',
  'pthread_create failed, error code: 12 error msg: Cannot allocate memory',
  'Array buffer allocation failed',
])('says that memory ran out: %s', (message) => {
  expect(toEngineFailure(new Error(message))).toMatchObject({ code: 'out_of_memory' });
});

it('leaves every other failure as it is', () => {
  const bug = new Error('x is not a function');
  const known = new AppError('model_invalid', 'out of memory, says the file name');
  expect(toEngineFailure(bug)).toBe(bug);
  expect(toEngineFailure(known)).toBe(known);
  expect(toEngineFailure('text')).toBe('text');
});
