import { expect, it } from 'vitest';
import { CrashLimit } from '../../../../src-main/inference/client/crash-limit.ts';

it('rests for half a minute after three crashes in a row', () => {
  let nowMs = 1_000;
  const limit = new CrashLimit(() => nowMs);
  const crash = () => limit.crashed('signal SIGSEGV');
  crash();
  crash();
  limit.answered();
  crash();
  crash();
  expect(() => limit.requireStart()).not.toThrow();
  crash();
  expect(() => limit.requireStart()).toThrow(/3 times in a row \(signal SIGSEGV\).* 30 seconds/);
  nowMs += 29_999;
  expect(() => limit.requireStart()).toThrow(expect.objectContaining({ code: 'engine_crashed' }));
  nowMs += 1;
  expect(() => limit.requireStart()).not.toThrow();
  crash();
  expect(() => limit.requireStart()).toThrow(/4 times in a row/);
});
