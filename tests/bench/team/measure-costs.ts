import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import { mergeTexts } from '../../../src-main/store/merging/merge-texts.ts';
import { openStore } from '../../../src-main/store/open-store.ts';
import { createProse, type Prose } from '../../fixtures/large-library/made-up-prose.ts';
import { seededNumbers } from '../../fixtures/seeded-numbers.ts';
import { toTeamRow, type TeamRow } from './rows.ts';

/*
 * What it costs to write in a text that is shared: how much the team file grows by, and how long
 * it takes to merge what two people wrote.
 */

const maxGrowth = 3;
const maxMergeMs = 100;
const grownWords = 18_000;
const edits = 300;
const mergedWords = 170_000;
const author = { id: '01900000-0000-7000-8000-000000000001' };

type Edit = (text: string, random: () => number, prose: Prose) => string;

const growing: readonly (readonly [name: string, edit: Edit])[] = [
  ['an edit of 100 KB in one place', (text, random, prose) => inPlaces(text, 1, random, prose)],
  ['an edit of 100 KB in ten places', (text, random, prose) => inPlaces(text, 10, random, prose)],
  ['an edit of 100 KB that moves 2 KB', (text, random) => moved(text, 2_000, random)],
];

export function measureGrowth(): readonly TeamRow[] {
  return growing.map(([what, edit]) => {
    const directory = mkdtempSync(path.join(tmpdir(), 'autodoc-bench-'));
    try {
      const limit = maxGrowth;
      const values = [growthOf(directory, edit)];
      return toTeamRow({ what, unit: '% of the text', values, limit });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
}

/** Per edit, in percent of the text as it is at last. */
function growthOf(directory: string, edit: Edit): number {
  const random = seededNumbers(3);
  const prose = createProse(random);
  const store = openStore({ directory, logger: silentLogger });
  try {
    const copies = ['before.db', 'after.db'].map((name) => path.join(directory, name));
    let body = prose.text(grownWords);
    const { document, version } = store.write(author, (t) =>
      t.createDocument({ document_name: 'Grows', document_body: body }),
    );
    store.team.writeCopy(copies[0]!);
    let last = version.id;
    for (let made = 0; made < edits; made += 1) {
      body = edit(body, random, prose);
      last = store.write(author, (t) => t.saveBody(document.id, body, [last])).id;
    }
    store.team.writeCopy(copies[1]!);
    const [before, after] = copies.map((file) => statSync(file).size);
    return ((after! - before!) / edits / Buffer.byteLength(body)) * 100;
  } finally {
    store.close();
  }
}

export function measureMerge(rounds: number): readonly TeamRow[] {
  const random = seededNumbers(4);
  const prose = createProse(random);
  const base = prose.text(mergedWords);
  return [10, 1_000].map((places) => {
    const [ours, theirs] = [1, 2].map(() => inPlaces(base, places, random, prose));
    const values = Array.from({ length: rounds }, () => {
      const start = performance.now();
      mergeTexts(base, ours!, theirs!);
      return performance.now() - start;
    });
    const what = `a merge of 1 MB, ${places} edits each`;
    return toTeamRow({ what, unit: 'ms', values, limit: maxMergeMs });
  });
}

/** A few words taken out, and a few put in. */
function inPlaces(text: string, places: number, random: () => number, prose: Prose): string {
  let edited = text;
  for (let place = 0; place < places; place += 1) {
    const at = Math.floor(random() * edited.length);
    const length = Math.floor(random() * 40);
    const words = prose.phrase(1 + Math.floor(random() * 8));
    edited = `${edited.slice(0, at)} ${words} ${edited.slice(at + length)}`;
  }
  return edited;
}

function moved(text: string, length: number, random: () => number): string {
  const from = Math.floor(random() * (text.length - length));
  const rest = text.slice(0, from) + text.slice(from + length);
  const to = Math.floor(random() * rest.length);
  return rest.slice(0, to) + text.slice(from, from + length) + rest.slice(to);
}
