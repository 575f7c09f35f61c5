import { describe, expect, it } from 'vitest';
import { createDocument, openLibrary, ownerId } from '../../fixtures/store/temporary-library.ts';

const documentId = '01900000-0000-7000-8000-0000000000aa';
const versionId = '01900000-0000-7000-8000-0000000000bb';

describe('the journal', () => {
  it('keeps the last text of each document over a restart', () => {
    const store = openLibrary({ now: () => Date.parse('2026-11-20T10:00:00.000Z') });
    expect(store.journal.get(documentId)).toBeNull();
    store.journal.put(documentId, { document_body: 'one', base_version_ids: [] });
    const entry = store.journal.put(documentId, {
      document_body: 'two\n漢 😀',
      base_version_ids: [versionId],
    });
    expect(entry).toEqual({
      document_body: 'two\n漢 😀',
      base_version_ids: [versionId],
      saved_on: '2026-11-20T10:00:00.000Z',
    });
    const again = openLibrary({ directory: store.directory });
    expect(again.journal.get(documentId)).toEqual(entry);
    expect(again.journal.documentIds()).toEqual([documentId]);
    again.journal.remove(documentId);
    expect(store.journal.documentIds()).toEqual([]);
  });
});

describe('leases', () => {
  it('are one holder’s until they end', () => {
    let nowMs = 1_000_000;
    const store = openLibrary({ now: () => nowMs });
    const { leases } = store;
    expect(leases.acquire('drafting', 'window', 1_000)).toBe(true);
    expect(leases.acquire('drafting', 'cli', 1_000)).toBe(false);
    expect(leases.acquire('other', 'cli', 1_000)).toBe(true);
    nowMs += 900;
    expect(leases.acquire('drafting', 'window', 1_000)).toBe(true);
    nowMs += 900;
    expect(leases.acquire('drafting', 'cli', 1_000)).toBe(false);
    nowMs += 100;
    expect(leases.acquire('drafting', 'cli', 1_000)).toBe(true);
    leases.release('drafting', 'window');
    expect(leases.acquire('drafting', 'window', 1_000)).toBe(false);
    leases.release('drafting', 'cli');
    expect(leases.acquire('drafting', 'window', 1_000)).toBe(true);
  });

  it('do not last for years when the clock is set back', () => {
    let nowMs = Date.parse('2030-01-01');
    const { leases } = openLibrary({ now: () => nowMs });
    leases.acquire('drafting', 'killed', 1_000);
    nowMs = Date.parse('2026-01-01');
    expect(leases.acquire('drafting', 'window', 1_000)).toBe(true);
  });
});

describe('values', () => {
  it('come back as they were given', () => {
    const store = openLibrary();
    const { values } = store;
    expect(values.get('settings')).toBeNull();
    values.set('settings', { theme: 'dark', width: 1.5, list: [1, null] });
    values.set('settings', { theme: 'light' });
    values.set('other', false);
    const again = openLibrary({ directory: store.directory }).values;
    expect(again.get('settings')).toEqual({ theme: 'light' });
    expect(again.get('other')).toBe(false);
  });
});

describe('otherWriterVersion', () => {
  it('grows when another writes to either file, and only then', () => {
    const store = openLibrary();
    const other = openLibrary({ directory: store.directory });
    const start = store.otherWriterVersion();
    createDocument(store);
    store.journal.put(documentId, { document_body: 'mine', base_version_ids: [] });
    expect(store.otherWriterVersion()).toBe(start);
    createDocument(other);
    const afterDocument = store.otherWriterVersion();
    expect(afterDocument).toBeGreaterThan(start);
    expect(store.otherWriterVersion()).toBe(afterDocument);
    other.values.set('x', 1);
    expect(store.otherWriterVersion()).toBeGreaterThan(afterDocument);
  });
});

describe('a transaction inside a transaction', () => {
  it('is a bug and says so', () => {
    const store = openLibrary();
    expect(() => store.write({ id: ownerId }, () => store.write({ id: ownerId }, () => 1))).toThrow(
      'A transaction inside a transaction',
    );
  });
});
