import type { Id } from '../../contract/domain.ts';
import type { LibraryStore } from '../../store/types.ts';
import { createBreather } from './breather.ts';
import {
  exportFormat,
  exportVersion,
  sections,
  type ExportScope,
  type Section,
} from './export-format.ts';
import { auditRecordOf, recordOf } from './export-records.ts';
import { bodyOf } from './version-body.ts';
import type { WorkOptions } from '../work-options.ts';
import { writeFileWhole } from './write-file.ts';

/** How often an export is read bit by bit before it is read in one go. */
const maxUnhurriedTries = 2;
const recordsPerMessage = 1_000;

/**
 * Writes a document or the whole library as JSON. All of it is of one moment: where the library
 * is written to meanwhile, it is read anew, at last without giving way to anything else.
 */
export async function writeExport(
  store: LibraryStore,
  scope: ExportScope,
  file: string,
  options: WorkOptions,
): Promise<void> {
  for (let tries = 0; tries < maxUnhurriedTries; tries += 1) {
    try {
      await writeFileWhole(file, unhurriedly(store, scope, options), options.signal);
      return;
    } catch (error) {
      if (!(error instanceof ChangedMeanwhile)) throw error;
    }
  }
  await writeFileWhole(file, [...exportLines(store, scope)], options.signal);
}

/** The library was written to while it was read: the parts would be of different moments. */
class ChangedMeanwhile extends Error {}

async function* unhurriedly(
  store: LibraryStore,
  scope: ExportScope,
  { signal, onProgress }: WorkOptions,
): AsyncGenerator<string> {
  const breathe = createBreather(signal);
  const started = store.exchange.mark();
  let lines = 0;
  for (const line of exportLines(store, scope)) {
    if (store.exchange.mark() !== started) throw new ChangedMeanwhile();
    yield line;
    lines += 1;
    if (lines % recordsPerMessage === 0) {
      onProgress({ message: `${lines} records written`, fraction: null });
    }
    await breathe();
  }
}

/**
 * An export as text, a record a line: each line can be read again by itself. May be paused
 * between two lines.
 */
export function* exportLines(store: LibraryStore, scope: ExportScope): Generator<string> {
  yield '{\n';
  yield `"format":${JSON.stringify(exportFormat)},\n`;
  yield `"version":${exportVersion},\n`;
  yield `"document_id":${JSON.stringify(scope)}`;
  const records = store.exchange.records(scope);
  const versionIds = new Set<Id>();

  function* recordsIn(section: Section): Generator<object> {
    if (section === 'audit') {
      for (const change of store.exchange.changesOf(scope)) {
        yield auditRecordOf(change, versionIds.has(change.id));
      }
    } else if (section === 'versions') {
      for (const row of records.versions) {
        versionIds.add(row.id);
        yield recordOf(section, { ...row, document_body: bodyOf(store, row.id) });
      }
    } else {
      for (const row of records[section]) yield recordOf(section, row);
    }
  }

  for (const section of sections) {
    let before = `,\n${JSON.stringify(section)}:[`;
    for (const record of recordsIn(section)) {
      yield `${before}\n${JSON.stringify(record)}`;
      before = ',';
    }
    yield before === ',' ? '\n]' : `${before}]`;
  }
  yield '\n}\n';
}
