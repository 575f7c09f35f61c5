import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { letters, numbers } from '../../../../src-main/inference/tokenizer/character-classes.ts';
import { loadTokenizer } from '../../../../src-main/inference/tokenizer/load-tokenizer.ts';
import type { Tokenizer } from '../../../../src-main/inference/tokenizer/tokenizer.ts';
import {
  characterRuns,
  configuredSize,
  modelDirectory,
  tokenizerReference,
  type CharacterKind,
} from '../../../fixtures/reference.ts';

/*
 * Against Hugging Face's tokenizers: GPT-2's own, the bundled model's, and some of the checkpoints
 * that the reference was made with. Differences are collected, so that a failure shows them all.
 */

const { strings, tokenizers, starts_of_every_fifth, starter_sha256 } = tokenizerReference();

function load(folder: string): Promise<Tokenizer> {
  return loadTokenizer(modelDirectory(folder), configuredSize(folder, 'vocab_size'));
}

describe.each(tokenizers)('the tokenizer of $folder', ({ folder, every, ids }) => {
  const texts = strings.filter((_, i) => i % every === 0);
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await load(folder);
  });

  it('gives the ids of the reference', () => {
    expect(texts.length).toBeGreaterThanOrEqual(5_000 / every);
    expect(texts).toHaveLength(ids.length);
    const different = texts.filter((text, i) => !isEqual(tokenizer.encode(text), ids[i]!));
    expect(different).toEqual([]);
  });

  it('gives every text back to the byte', () => {
    expect(texts.filter((text, i) => tokenizer.decode(ids[i]!) !== text)).toEqual([]);
  });

  it('shows of a text that grows only whole characters, each as soon as it is there', () => {
    // Each beginning is decoded from the start, so the longest are left to others.
    const short = texts.filter((_, i) => ids[i]!.length < 80);
    const different = short.filter((text) => {
      const { tokenIds, offsets } = tokenizer.encodeWithOffsets(text);
      return [...offsets, text.length].some(
        (end, count) => tokenizer.decodeBeginning(tokenIds.slice(0, count)) !== text.slice(0, end),
      );
    });
    expect(short.length).toBeGreaterThan(texts.length / 2);
    expect(different).toEqual([]);
  });
});

describe('the tokenizer of GPT-2', () => {
  it('gives the ids that were published with it', async () => {
    const tokenizer = await load('gpt2-vocabulary');
    const published: readonly [string, readonly number[]][] = [
      [' ', [220]],
      ['\t', [197]],
      ['This is some text', [1212, 318, 617, 2420]],
      ['indivisible', [521, 452, 12843]],
      ['hello 👋 world 🌍', [31373, 50169, 233, 995, 12520, 234, 235]],
      [
        'toString constructor hasOwnProperty valueOf',
        [1462, 10100, 23772, 468, 23858, 21746, 1988, 5189],
      ],
      ['The dog', [464, 3290]],
    ];
    for (const [text, ids] of published) expect(tokenizer.encode(text)).toEqual(ids);
  });
});

describe('where tokens start', () => {
  it('is where the reference says, in UTF-16 code units', async () => {
    const tokenizer = await load('starter');
    for (const [i, text] of strings.filter((_, place) => place % 5 === 0).entries()) {
      const characters = Array.from(text);
      const unitOfPoint = characters.map((_, point) => characters.slice(0, point).join('').length);
      const wanted = starts_of_every_fifth[i]!.map((point) => unitOfPoint[point]);
      expect(tokenizer.encodeWithOffsets(text).offsets, JSON.stringify(text)).toEqual(wanted);
    }
  });
});

describe('the reference', () => {
  it('was made with the bundled tokenizer', async () => {
    const file = await readFile(path.join(modelDirectory('starter'), 'tokenizer.json'));
    expect(createHash('sha256').update(file).digest('hex')).toBe(starter_sha256);
  });

  it('takes each character of Unicode for what it is taken for here', () => {
    const patterns: readonly [CharacterKind, RegExp][] = [
      ['letter', new RegExp(`[${letters}]`, 'u')],
      ['number', new RegExp(`[${numbers}]`, 'u')],
      ['blank', /\p{White_Space}/u],
      ['mark', /./su],
    ];
    const runs = characterRuns();
    const different: string[] = [];
    for (const [i, [first, kind]] of runs.entries()) {
      const end = runs[i + 1]?.[0] ?? 0x110000;
      for (let point = first; point < end && kind !== 'surrogate'; point++) {
        const character = String.fromCodePoint(point);
        const found = patterns.find(([, pattern]) => pattern.test(character))?.[0];
        if (found !== kind) different.push(`U+${point.toString(16)} is no ${String(found)}`);
      }
    }
    expect(different).toEqual([]);
  });
});

function isEqual(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i]);
}
