import { Text } from '@codemirror/state';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DocumentStore } from '../../../../src-renderer/features/editor/document-store.svelte.ts';
import type {
  QuoteMark,
  WritingSurface,
} from '../../../../src-renderer/features/editor/writing-surface.ts';
import { toasts } from '../../../../src-renderer/ui/toasts.svelte.ts';
import { fakeId, installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';

/** An editor without a screen: reports what is written into it, as CodeMirror's does. */
class PaperSurface implements WritingSurface {
  text = '';
  isWritable = false;
  readingMark: number | null = null;
  marks: readonly QuoteMark[] = [];
  selected = { from: 0, to: 0 };
  stressed: string | null = null;
  readonly updates: string[] = [];
  readonly #store: DocumentStore;

  constructor(store: DocumentStore) {
    this.#store = store;
  }

  type(text: string): void {
    this.text = text;
    this.#store.edited(Text.of(text.split('\n')));
  }

  show(text: Text): void {
    this.text = text.toString();
  }

  update(text: Text): void {
    this.text = text.toString();
    this.updates.push(this.text);
  }

  insert(text: string): void {
    this.type(this.text + text);
  }

  append(text: string): void {
    this.type(this.text + text);
  }

  replaceAll(text: string): void {
    this.type(text);
  }

  markReading(from: number | null): void {
    this.readingMark = from;
  }

  markQuotes(marks: readonly QuoteMark[]): void {
    this.marks = marks;
  }

  quotePlaces() {
    return new Map(this.marks.map(({ id, from, to }) => [id, { from, to }]));
  }

  stressQuote(id: string | null): void {
    this.stressed = id;
  }

  selection() {
    return this.selected;
  }

  setWritable(isWritable: boolean): void {
    this.isWritable = isWritable;
  }

  focus(): void {
    // There is no keyboard to give.
  }
}

const pauseMs = 2_000;

let bridge: FakeBridge;
let store: DocumentStore;
let surface: PaperSurface;
let stop: () => void;

/** Lets every answer arrive, without letting time pass. */
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  bridge = installFakeBridge();
  store = new DocumentStore();
  surface = new PaperSurface(store);
  store.attach(surface);
  stop = store.start();
});

afterEach(() => {
  stop();
  for (const { id } of toasts.shown) toasts.dismiss(id);
  vi.useRealTimers();
});

async function value<T>(
  answer: Promise<{ ok: true; value: T } | { ok: false; error: { message: string } }>,
): Promise<T> {
  const result = await answer;
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

describe('writing', () => {
  it('opens a document with its text and nothing to save', async () => {
    const { id } = bridge.addDocument('Lawn', 'Grass.');
    await store.open(id);
    expect(surface.text).toBe('Grass.');
    expect(store.document?.document_name).toBe('Lawn');
    expect(store.saveState.state).toBe('saved');
    expect(store.notice).toBeNull();
  });

  it('keeps text after a pause, without a version and without a draft', async () => {
    const { id } = bridge.addDocument('Lawn', 'Grass.');
    await store.open(id);
    surface.type('Grass grows.');
    expect(store.saveState.state).toBe('unsaved');
    await vi.advanceTimersByTimeAsync(pauseMs);
    expect(bridge.journal(id)?.document_body).toBe('Grass grows.');
    expect(bridge.body(id)).toBe('Grass.');
    expect(bridge.callsOf('documents:save')).toEqual([]);
    expect(store.saveState.state).toBe('saved');
  });

  it('waits while the writer types, but not for ever', async () => {
    const { id } = bridge.addDocument('Lawn', '');
    await store.open(id);
    let text = '';
    for (let step = 0; step < 8; step++) {
      surface.type((text += 'word '));
      await vi.advanceTimersByTimeAsync(pauseMs / 2);
    }
    expect(bridge.journal(id)).toBeNull();
    for (let step = 0; step < 4; step++) {
      surface.type((text += 'word '));
      await vi.advanceTimersByTimeAsync(pauseMs / 2);
    }
    expect(bridge.journal(id)).not.toBeNull();
  });

  it('has nothing to keep when the text is typed back to what it was', async () => {
    const { id } = bridge.addDocument('Lawn', 'Grass.');
    await store.open(id);
    surface.type('Grass!');
    surface.type('Grass.');
    expect(store.saveState.state).toBe('saved');
    await vi.advanceTimersByTimeAsync(pauseMs);
    expect(bridge.callsOf('documents:autosave')).toEqual([]);
  });

  it('makes a version and a draft on an explicit save', async () => {
    const { id } = bridge.addDocument('Lawn', 'Grass.');
    await store.open(id);
    surface.type('Grass grows.');
    const saved = await store.save();
    expect(bridge.body(id)).toBe('Grass grows.');
    expect(saved?.autodoc?.autodoc_state).toBe('queued');
    expect(store.saveState.state).toBe('saved');
  });

  it('drafts once more on an explicit save of an unchanged text', async () => {
    const { id } = bridge.addDocument('Lawn', 'Grass.');
    await store.open(id);
    expect((await store.save())?.autodoc).not.toBeNull();
  });

  it('saves on top of the version that the writer saw', async () => {
    const { id } = bridge.addDocument('Lawn', 'Grass.');
    await store.open(id);
    const first = await store.save();
    surface.type('More.');
    await store.save();
    expect(bridge.callsOf('documents:save').at(-1)).toMatchObject({
      base_version_ids: [first?.version.id],
    });
  });

  it('keeps what is typed while a save is on its way', async () => {
    const { id } = bridge.addDocument('Lawn', 'Grass.');
    await store.open(id);
    surface.type('Grass grows.');
    const saving = store.save();
    await Promise.resolve();
    surface.type('Grass grows fast.');
    await saving;
    expect(bridge.body(id)).toBe('Grass grows.');
    expect(store.saveState.state).toBe('unsaved');
    await vi.advanceTimersByTimeAsync(pauseMs);
    expect(bridge.journal(id)?.document_body).toBe('Grass grows fast.');
  });

  it('drafts the last version, or saves first what was changed since', async () => {
    const { id } = bridge.addDocument('Lawn', 'Grass.');
    await store.open(id);
    await store.draft();
    expect(bridge.callsOf('autodocs:draft')).toHaveLength(1);
    surface.type('Grass grows.');
    await store.draft();
    expect(bridge.callsOf('autodocs:draft')).toHaveLength(1);
    expect(bridge.body(id)).toBe('Grass grows.');
  });

  it('writes line ends back as the document had them', async () => {
    const { id } = bridge.addDocument('From Windows', 'one\r\ntwo');
    await store.open(id);
    expect(store.saveState.state).toBe('saved');
    surface.type('one\ntwo\nthree');
    await store.save();
    expect(bridge.body(id)).toBe('one\r\ntwo\r\nthree');
  });

  it('replaces what the store cannot hold: halves of characters and NUL', async () => {
    const { id } = bridge.addDocument('Pasted', '');
    await store.open(id);
    surface.type('a\ud83d b\0c');
    await store.save();
    expect(bridge.body(id)).toBe('a\ufffd b\ufffdc');
  });
});

describe('leaving', () => {
  it('remembers that a saved version has been looked at', async () => {
    const { id } = bridge.addDocument('Lawn', 'one');
    await store.open(id);
    expect(store.opened?.seen_version_id).toBeNull();
    surface.type('two');
    const saved = await store.save();
    await settle();
    expect(bridge.callsOf('documents:mark-seen')).toEqual([
      { document_id: id, version_id: saved?.version.id },
    ]);
    expect(store.opened?.seen_version_id).toBe(saved?.version.id);
  });

  it('anchors a comment to the selection and the version that it was made on', async () => {
    const { id } = bridge.addDocument('Lawn', 'The cat sat.');
    await store.open(id);
    expect(store.selectedAnchor()).toBeNull();
    surface.selected = { from: 4, to: 8 };
    expect(store.selectedAnchor()).toEqual({
      version_id: store.opened?.head_version_ids[0],
      quote: 'cat',
      quote_start: 4,
      prefix: 'The ',
      suffix: ' sat.',
    });
  });

  it('saves and drafts a changed document before another opens', async () => {
    const one = bridge.addDocument('One', 'first');
    const two = bridge.addDocument('Two', 'second');
    await store.open(one.id);
    surface.type('first, changed');
    await store.open(two.id);
    expect(bridge.body(one.id)).toBe('first, changed');
    expect(bridge.callsOf('documents:save')).toMatchObject([{ draft: true }]);
    expect(surface.text).toBe('second');
  });

  it('makes no version of a document that was only looked at', async () => {
    const one = bridge.addDocument('One', 'first');
    const two = bridge.addDocument('Two', 'second');
    await store.open(one.id);
    await store.open(two.id);
    expect(bridge.callsOf('documents:save')).toEqual([]);
  });

  it('stays, with the text, when nothing can take it', async () => {
    const one = bridge.addDocument('One', 'first');
    const two = bridge.addDocument('Two', 'second');
    await store.open(one.id);
    surface.type('precious');
    bridge.fail('documents:save', 'disk_full', 'The disk is full.');
    bridge.fail('documents:autosave', 'disk_full', 'The disk is full.');
    await expect(store.open(two.id)).rejects.toThrow('The disk is full.');
    expect(surface.text).toBe('precious');
    expect(store.document?.id).toBe(one.id);
    expect(store.saveState).toEqual({ state: 'failed', reason: 'The disk is full.' });
  });

  it('goes on when the journal takes the text, and offers it again on return', async () => {
    const one = bridge.addDocument('One', 'first');
    const two = bridge.addDocument('Two', 'second');
    await store.open(one.id);
    surface.type('precious');
    bridge.fail('documents:save', 'internal', 'No.');
    await store.open(two.id);
    expect(surface.text).toBe('second');
    expect(toasts.shown.map((toast) => toast.message)).toEqual(['No.']);
    await store.open(one.id);
    expect(surface.text).toBe('precious');
    expect(store.notice?.kind).toBe('recovered');
  });

  it('opens documents in the order they were asked for', async () => {
    const one = bridge.addDocument('One', 'first');
    const two = bridge.addDocument('Two', 'second');
    const both = [store.open(one.id), store.open(two.id)];
    await Promise.all(both);
    expect(surface.text).toBe('second');
    expect(store.document?.id).toBe(two.id);
  });

  it('hands over the text before the window closes, then lets it close', async () => {
    const { id } = bridge.addDocument('Lawn', 'Grass.');
    await store.open(id);
    surface.type('Grass grows.');
    bridge.emit('window:closing', null);
    await settle();
    expect(bridge.body(id)).toBe('Grass grows.');
    const names = bridge.calls.map((call) => call.name);
    expect(names.indexOf('documents:save')).toBeLessThan(names.indexOf('window:ready-to-close'));
  });

  it('does not let the window close while the text is nowhere else', async () => {
    const { id } = bridge.addDocument('Lawn', 'Grass.');
    await store.open(id);
    surface.type('Grass grows.');
    bridge.fail('documents:save', 'disk_full', 'The disk is full.');
    bridge.fail('documents:autosave', 'disk_full', 'The disk is full.');
    bridge.emit('window:closing', null);
    await settle();
    expect(bridge.callsOf('window:ready-to-close')).toEqual([]);
    expect(bridge.callsOf('window:hold-open')).toEqual([{ reason: 'The disk is full.' }]);
    expect(surface.text).toBe('Grass grows.');
  });
});

describe('when keeping fails', () => {
  it('says so, keeps the text, and tries again until it succeeds', async () => {
    const { id } = bridge.addDocument('Lawn', 'Grass.');
    await store.open(id);
    bridge.fail('documents:autosave', 'disk_full', 'The disk is full.');
    surface.type('Grass grows.');
    await vi.advanceTimersByTimeAsync(pauseMs);
    expect(store.saveState).toEqual({ state: 'failed', reason: 'The disk is full.' });
    surface.type('Grass grows fast.');
    expect(store.saveState.state).toBe('failed');
    bridge.succeed('documents:autosave');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(bridge.journal(id)?.document_body).toBe('Grass grows fast.');
    expect(store.saveState.state).toBe('saved');
  });

  it('rejects an explicit save, and keeps trying to keep the text', async () => {
    const { id } = bridge.addDocument('Lawn', 'Grass.');
    await store.open(id);
    surface.type('Grass grows.');
    bridge.fail('documents:save', 'store_busy', 'The library is busy.');
    await expect(store.save()).rejects.toThrow('The library is busy.');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(bridge.journal(id)?.document_body).toBe('Grass grows.');
  });
});

describe('when somebody else writes', () => {
  it('shows the new text where nothing was changed here', async () => {
    const { id } = bridge.addDocument('Lawn', 'Grass.');
    await store.open(id);
    bridge.changeElsewhere(id, 'Grass, mown.');
    await settle();
    expect(surface.updates).toEqual(['Grass, mown.']);
    expect(store.body).toBe('Grass, mown.');
    expect(store.saveState.state).toBe('saved');
  });

  it('keeps the text that was changed here, and saves it beside the other', async () => {
    const { id } = bridge.addDocument('Lawn', 'Grass.');
    await store.open(id);
    const [seen] = await value(bridge.invoke('versions:list', { document_id: id }));
    surface.type('Mine.');
    bridge.changeElsewhere(id, 'Theirs.');
    await settle();
    expect(surface.text).toBe('Mine.');
    expect(store.notice?.kind).toBe('changed_elsewhere');
    await store.save();
    // On top of what the writer saw, not of what somebody else wrote meanwhile.
    expect(bridge.callsOf('documents:save')).toMatchObject([{ base_version_ids: [seen!.id] }]);
  });

  it('is not disturbed by the echo of its own save', async () => {
    const { id } = bridge.addDocument('Lawn', 'Grass.');
    await store.open(id);
    surface.type('Grass grows.');
    await store.save();
    await settle();
    expect(surface.updates).toEqual([]);
    expect(store.notice).toBeNull();
  });

  it('follows a new name without touching the text', async () => {
    const { id } = bridge.addDocument('Lawn', 'Grass.');
    await store.open(id);
    surface.type('Mine.');
    await bridge.invoke('documents:rename', { document_id: id, document_name: 'Meadow' });
    await settle();
    expect(store.document?.document_name).toBe('Meadow');
    expect(surface.text).toBe('Mine.');
    expect(store.notice).toBeNull();
  });

  it('says when the document was moved to the trash, and when it is back', async () => {
    const { id } = bridge.addDocument('Lawn', 'Grass.');
    await store.open(id);
    await bridge.invoke('documents:trash', { document_id: id });
    await settle();
    expect(store.notice?.kind).toBe('trashed');
    await bridge.invoke('documents:restore', { document_id: id });
    await settle();
    expect(store.notice).toBeNull();
  });
});

describe('when somebody else writes at the same time', () => {
  const merge = (body: string): string => `${body} Hay.`;
  const basesOfLastSave = (): readonly string[] =>
    (bridge.callsOf('documents:save').at(-1) as { base_version_ids: string[] }).base_version_ids;

  it('shows the merge where nothing was changed here, and saves on top of both', async () => {
    const { id } = bridge.addDocument('Lawn', 'Grass.');
    await store.open(id);
    bridge.changeBeside(id, 'Hay.', merge);
    await settle();
    expect(surface.updates).toEqual(['Grass. Hay.']);
    expect(store.saveState.state).toBe('saved');
    expect(store.notice).toBeNull();
    const heads = store.opened?.head_version_ids ?? [];
    expect(heads).toHaveLength(2);
    surface.type('Grass and hay.');
    await store.save();
    expect(basesOfLastSave()).toEqual(heads);
    expect(store.opened?.head_version_ids).toHaveLength(1);
    expect(surface.text).toBe('Grass and hay.');
  });

  it('keeps unsaved text, says so once, and shows the merge after the save', async () => {
    const { id } = bridge.addDocument('Lawn', 'Grass.');
    await store.open(id);
    const [seen] = store.opened?.head_version_ids ?? [];
    surface.type('Grass, mown.');
    bridge.changeBeside(id, 'Hay.', merge);
    await settle();
    expect(surface.text).toBe('Grass, mown.');
    expect(store.notice?.kind).toBe('changed_elsewhere');
    store.dismissNotice();
    bridge.emit('store:changed', { documents: [id], everything: false });
    await settle();
    expect(store.notice).toBeNull();
    await store.save();
    expect(basesOfLastSave()).toEqual([seen]);
    expect(surface.updates).toEqual(['Grass, mown. Hay.']);
    expect(store.body).toBe('Grass, mown. Hay.');
    expect(store.saveState.state).toBe('saved');
    expect(store.notice).toBeNull();
  });

  it('keeps what is typed while the merge is on its way', async () => {
    const { id } = bridge.addDocument('Lawn', 'Grass.');
    await store.open(id);
    surface.type('Grass, mown.');
    bridge.changeBeside(id, 'Hay.', merge);
    await settle();
    const saving = store.save();
    await Promise.resolve();
    surface.type('Grass, mown twice.');
    await saving;
    expect(surface.text).toBe('Grass, mown twice.');
    expect(store.notice?.kind).toBe('changed_elsewhere');
    await store.save();
    expect(surface.text).toBe('Grass, mown twice. Hay.');
  });

  it('shows it at once where what was typed was taken back', async () => {
    const { id } = bridge.addDocument('Lawn', 'Grass.');
    await store.open(id);
    surface.type('Grass, mown.');
    bridge.changeBeside(id, 'Hay.', merge);
    await settle();
    surface.type('Grass.');
    await settle();
    expect(surface.text).toBe('Grass. Hay.');
    expect(store.notice).toBeNull();
  });

  it('saves nothing on top of a version that stands beside the text', async () => {
    const { id } = bridge.addDocument('Lawn', 'Grass.');
    await store.open(id);
    const [seen] = store.opened?.head_version_ids ?? [];
    bridge.sharing.addConflict(id, [
      { kind: 'choice', base: '', ours: 'Grass.', theirs: 'Meadow.' },
    ]);
    await settle();
    expect(surface.updates).toEqual([]);
    expect(store.opened?.conflicts).toHaveLength(1);
    surface.type('Grass, mown.');
    await store.save();
    expect(basesOfLastSave()).toEqual([seen]);
    expect(store.opened?.conflicts).toHaveLength(1);
    expect(surface.text).toBe('Grass, mown.');
  });
});

describe('recovering', () => {
  it("shows the journal's text, quietly, and saves it as a version", async () => {
    const { id } = bridge.addDocument('Lawn', 'Grass.', { journal: 'Grass, recovered.' });
    await store.open(id);
    expect(surface.text).toBe('Grass, recovered.');
    expect(store.notice?.kind).toBe('recovered');
    expect(store.saveState.state).toBe('saved');
    await store.save();
    expect(bridge.body(id)).toBe('Grass, recovered.');
    expect(store.notice).toBeNull();
  });

  it('takes over a restored version, as a change that can be undone', async () => {
    const { id } = bridge.addDocument('Lawn', 'First.');
    await store.open(id);
    surface.type('Second.');
    const saved = await store.save();
    surface.type('Third, unsaved.');
    const [, first] = await value(bridge.invoke('versions:list', { document_id: id }));
    const restored = await value(
      bridge.invoke('versions:restore', { document_id: id, version_id: first!.id }),
    );
    await store.restored(restored);
    expect(surface.text).toBe('First.');
    expect(store.saveState.state).toBe('saved');
    expect(saved?.version.id).not.toBe(restored.version.id);
    await store.save();
    expect(bridge.callsOf('documents:save').at(-1)).toMatchObject({
      base_version_ids: [restored.version.id],
    });
  });

  it('writes the line ends of a restored version from then on', async () => {
    const { id } = bridge.addDocument('Lawn', 'First.\r\nOf two.');
    bridge.changeElsewhere(id, 'Second.');
    await store.open(id);
    const [, first] = await value(bridge.invoke('versions:list', { document_id: id }));
    await store.restored(
      await value(bridge.invoke('versions:restore', { document_id: id, version_id: first!.id })),
    );
    surface.type('First.\nOf three.');
    await store.save();
    expect(bridge.body(id)).toBe('First.\r\nOf three.');
  });
});

describe('what there is to know', () => {
  it('counts words and marks where the model starts to read', async () => {
    const { id } = bridge.addDocument('Long', 'word '.repeat(400));
    await store.open(id);
    await settle();
    expect(store.words).toBe(400);
    expect(store.context?.reads_from).toBe(2_000 - 216 * 4);
    expect(surface.readingMark).toBe(2_000 - 216 * 4);
  });

  it('measures only the end of a very long text, and counts from its beginning', async () => {
    const { id } = bridge.addDocument('Book', 'word '.repeat(100_000));
    await store.open(id);
    await settle();
    const [measured] = bridge.callsOf('context:measure') as { text: string }[];
    expect(measured!.text.length).toBe(200_000);
    expect(store.context?.reads_from).toBe(500_000 - 216 * 4);
    expect(store.context?.is_exact).toBe(false);
  });

  it('measures again when the settings change', async () => {
    const { id } = bridge.addDocument('Lawn', 'Grass.');
    await store.open(id);
    await settle();
    const before = bridge.callsOf('context:measure').length;
    await bridge.invoke('settings:set', { theme: 'dark' });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(bridge.callsOf('context:measure').length).toBe(before + 1);
  });

  it('goes without a measure where nothing can measure', async () => {
    bridge.fail('context:measure', 'model_not_found', 'There is no model.');
    const { id } = bridge.addDocument('Lawn', 'Grass.');
    await store.open(id);
    await settle();
    expect(store.context).toBeNull();
    expect(store.words).toBe(1);
    expect(toasts.shown).toEqual([]);
  });

  it('counts the words of a selection, and none where nothing is selected', () => {
    store.selected('two words');
    expect(store.selectedWords).toBe(2);
    store.selected(null);
    expect(store.selectedWords).toBeNull();
  });

  it('does not open what is not there', async () => {
    await expect(store.open(fakeId(9_999))).rejects.toThrow('That document is not there.');
    expect(store.document).toBeNull();
  });
});
