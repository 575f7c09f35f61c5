import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Variant } from '../../contract/models.ts';
import type { Gpt2Config } from '../checkpoint/config.ts';
import { throwIfCancelled } from '../generation/stopping-criteria.ts';
import { graphFile } from '../graph/write-graph.ts';
import { pieceTokens } from '../session/onnx-decoder.ts';
import { PartSession, type HandedOn } from './part-session.ts';
import type { Reading } from './price-variant.ts';
import { splitGraph, type GraphPart } from './split-graph.ts';

/*
 * Measuring a variant part by part: only one part's weights are in memory at a time, so a
 * 1.5-billion-weight model in fp32 (6 GB) is measured where a few hundred megabytes are free, and
 * every variant is measured against fp32 whatever the machine.
 */

/** A prepared variant of a model, and where it lies. */
export interface MeasuredVariant {
  readonly directory: string;
  readonly config: Gpt2Config;
  readonly variant: Variant;
  /** How much of its weights is in memory at a time. */
  readonly partBytes?: number;
}

export interface MeasuringOptions {
  /** Told how much is done, 0 to 1. */
  readonly onFraction?: (fraction: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Weights of a part, in bytes. While it is loaded there is the file's and a copy in the order that
 * the processor likes; a single tensor that is larger is used as it lies where it can be.
 */
const defaultPartBytes = 48 * 2 ** 20;

/** What the engine reads at once when it scores a text: the same numbers come out. */
interface Piece {
  /** Index of the window that it belongs to; a new window starts with nothing before it. */
  readonly window: number;
  readonly tokenIds: readonly number[];
  readonly targets: readonly number[];
  /** How many of its tokens are scored in an earlier window already. */
  readonly known: number;
}

/**
 * Reads texts of any length through windows as long as the model's context, each starting half a
 * window after the last: every token but a text's first is scored once, and all but those of a
 * text's first window with at least half a context before them.
 */
export async function readVariant(
  measured: MeasuredVariant,
  texts: readonly (readonly number[])[],
  { onFraction, signal }: MeasuringOptions = {},
): Promise<Reading> {
  const pieces = toPieces(texts, measured.config.maxPositions);
  const longest = Math.min(
    measured.config.maxPositions,
    Math.max(...texts.map(({ length }) => length)),
  );
  let taken: readonly HandedOn[] = pieces.map(() => ({}));
  const likeliest: number[] = [];
  let negativeLogProb = 0;
  await forEachPart(measured, async (session, place) => {
    const handed: HandedOn[] = [];
    const cache = session.newCache(longest);
    for (const [index, piece] of pieces.entries()) {
      throwIfCancelled(signal);
      onFraction?.((place.index + index / pieces.length) / place.count);
      if (pieces[index - 1]?.window !== piece.window) cache.truncate(0);
      const result = await session.run(cache, { ...piece, taken: taken[index]! });
      handed.push({ ...passedOn(session.part, taken[index]!), ...result.handed });
      likeliest.push(...(result.likeliest?.slice(piece.known) ?? []));
      for (const logProb of result.logProbs?.subarray(piece.known) ?? []) {
        negativeLogProb -= logProb;
      }
    }
    taken = handed;
  });
  return { perplexity: Math.exp(negativeLogProb / likeliest.length), likeliest };
}

/** How often single steps are timed; the fastest counts: others had the processor too. */
const repeats = 4;
/** Steps of one repeat, and before the first one. */
const steps = 8;

/**
 * The time of writing a token, greedily and one text at a time: that of a step through each part,
 * added up. The steps' tokens are made up: a step takes as long whatever they are.
 *
 * @returns milliseconds per token
 */
export async function timeVariant(
  measured: MeasuredVariant,
  { onFraction, signal }: MeasuringOptions = {},
): Promise<number> {
  const { maxPositions, vocabSize } = measured.config;
  const before = Math.min(steps, Math.floor(maxPositions / 2));
  const timed = Math.min(steps, maxPositions - before);
  const totalMs = new Float64Array(repeats);
  let widths: ReadonlyMap<string, number> = new Map();
  await forEachPart(measured, async (session, place) => {
    const cache = session.newCache(before + timed);
    const taken = Object.fromEntries(
      [...widths].map(([name, width]) => [name, madeUpStream(width)]),
    );
    let handed: HandedOn = {};
    const run = async (count: number): Promise<number> => {
      const start = performance.now();
      for (let step = 0; step < count; step += 1) {
        throwIfCancelled(signal);
        const tokenIds = [(cache.length * 7) % vocabSize];
        ({ handed } = await session.run(cache, { tokenIds, targets: [0], taken }));
      }
      return performance.now() - start;
    };
    await run(before);
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      onFraction?.((place.index + repeat / repeats) / place.count);
      cache.truncate(before);
      totalMs[repeat]! += await run(timed);
    }
    const passed = passedOn(session.part, taken);
    widths = new Map(
      Object.entries({ ...passed, ...handed }).map(([name, { length }]) => [name, length]),
    );
  });
  return Math.min(...totalMs) / timed;
}

/** What a part leaves for those after it of what it was given. */
function passedOn({ passes }: GraphPart, given: HandedOn): HandedOn {
  return Object.fromEntries(passes.map((name) => [name, given[name]!]));
}

/** One after another, each in memory alone. */
async function forEachPart(
  { directory, config, variant, partBytes = defaultPartBytes }: MeasuredVariant,
  use: (session: PartSession, place: { index: number; count: number }) => Promise<void>,
): Promise<void> {
  const graph = await readFile(path.join(directory, graphFile(variant)));
  const parts: readonly GraphPart[] = splitGraph(graph, ['top_ids', 'target_log_probs'], partBytes);
  for (const [index, part] of parts.entries()) {
    const inPlace = part.weightBytes > partBytes && !part.needsCopies;
    const session = await PartSession.load(part, directory, config, inPlace);
    await use(session, { index, count: parts.length }).finally(() => session.release());
  }
}

function toPieces(texts: readonly (readonly number[])[], maxPositions: number): readonly Piece[] {
  const stride = Math.max(1, Math.floor(maxPositions / 2));
  const pieces: Piece[] = [];
  let window = 0;
  for (const text of texts) {
    for (let start = 0, scored = 0; scored < text.length - 1; start += stride, window += 1) {
      // The last token of a window is only a target.
      const end = Math.min(text.length - 1, start + maxPositions - 1);
      for (let from = start; from < end; from += pieceTokens) {
        const to = Math.min(end, from + pieceTokens);
        pieces.push({
          window,
          tokenIds: text.slice(from, to),
          targets: text.slice(from + 1, to + 1),
          known: Math.min(to - from, Math.max(0, scored - from)),
        });
      }
      scored = end;
    }
  }
  return pieces;
}

/** Numbers of the size that a model's stream has. */
function madeUpStream(width: number): Float32Array {
  return Float32Array.from({ length: width }, (_, i) => Math.sin(i * 12.9898));
}
