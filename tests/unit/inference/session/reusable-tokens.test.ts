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
])('keeps whole pieces of a prompt where %s', (_, known, next, kept) => {
  const inPieces = Math.floor(known.length / pieceTokens) * pieceTokens;
  expect(reusableTokens(known, next, { reuse: 'pieces', pieceTokens, inPieces })).toBe(kept);
});

it('keeps no piece that was not read as one', () => {
  const options = { reuse: 'pieces', pieceTokens, inPieces: 2 * pieceTokens } as const;
  expect(reusableTokens(ids(400), ids(400), options)).toBe(2 * pieceTokens);
});

it.each([
  ['nothing was read', [], ids(200), 0],
  ['all but a few are shared', ids(200), ids(200, 197), 197],
  ['it is the same prompt', ids(200), ids(200), 199],
  ['the prompt has become shorter', ids(400), ids(100), 99],
  ['the prompt has become longer', ids(100), ids(400), 100],
])('keeps everything else where that is asked for and %s', (_, known, next, kept) => {
  const options = { reuse: 'everything', pieceTokens, inPieces: 0 } as const;
  expect(reusableTokens(known, next, options)).toBe(kept);
});
