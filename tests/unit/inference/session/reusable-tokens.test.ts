import { expect, it } from 'vitest';
import {
  pieceTokens,
  reusableTokens,
} from '../../../../src-main/inference/session/onnx-decoder.ts';

const ids = (length: number, changedAt?: number) =>
  Array.from({ length }, (_, i) => (i === changedAt ? -1 : i));

it.each([
  ['nothing was read', [], ids(200), 0],
  ['less than a piece is shared', ids(200), ids(200, pieceTokens - 1), 0],
  ['the first piece is shared', ids(200), ids(200, pieceTokens), pieceTokens],
  ['two pieces and a half are shared', ids(400), ids(400, 160), 2 * pieceTokens],
  ['it is the same prompt of whole pieces', ids(128), ids(128), pieceTokens],
  ['the prompt has become shorter', ids(400), ids(100), pieceTokens],
  ['the prompt has become longer', ids(100), ids(400), pieceTokens],
])('keeps whole pieces of a prompt where %s', (_, last, next, kept) => {
  expect(reusableTokens(last, next, pieceTokens)).toBe(kept);
});
