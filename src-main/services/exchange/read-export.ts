import * as v from 'valibot';
import { idSchema } from '../../contract/domain.ts';
import { AppError } from '../../contract/errors.ts';
import { changeSha256, sha256 } from '../../store/log/change.ts';
import type { ExchangedChange } from '../../store/exchange/types.ts';
import type { Breathe } from './breather.ts';
import {
  exportFormat,
  exportVersion,
  sections,
  sectionSchemas,
  type AuditRecord,
  type LibraryExport,
  type Section,
} from './export-format.ts';
import { changeOf, isBodyChange } from './export-records.ts';

/** Deeper than anything that is written here; a value is walked through by recursion in places. */
const maxDepth = 100;

/** An export that is what it says: each change has the hash that it had when it was made. */
export interface SoundExport {
  readonly file: LibraryExport;
  readonly changes: readonly ExchangedChange[];
}

/**
 * An export as it came from JSON, checked record by record and change by change. Throws
 * `invalid_input` that names the first one which is wrong, and `store_newer` for a format to come.
 */
export async function checkExport(
  parsed: unknown,
  source: string,
  breathe: Breathe,
): Promise<SoundExport> {
  checkFormat(parsed, source);
  const file: LibraryExport = await checkSections(parsed, source, breathe);
  const bodies = new Map(file.versions.map(({ id, document_body }) => [id, document_body]));
  const ids = new Set<string>();
  const changes: ExchangedChange[] = [];
  for (const [index, record] of file.audit.entries()) {
    await breathe();
    const where = `audit[${index}]`;
    if (ids.has(record.id)) throw damaged(source, `${where} is there twice`);
    ids.add(record.id);
    const change = changeOf(record, bodies.get(record.id) ?? null);
    checkValue(record, bodies, source, where);
    checkHashes(change, source, where);
    changes.push(change);
  }
  checkBodies(file, changes, source);
  return { file, changes };
}

export function damaged(source: string, what: string): AppError {
  return new AppError(
    'invalid_input',
    `${source} was edited by hand or is damaged: ${what}. Nothing was imported. Export it again.`,
    { details: { reason: what } },
  );
}

function checkFormat(parsed: unknown, source: string): void {
  const head = v.safeParse(
    v.looseObject({ format: v.literal(exportFormat), version: v.number() }),
    parsed,
  );
  if (!head.success) {
    throw new AppError(
      'invalid_input',
      `${source} is not an export of Autodoc’s. Nothing was imported. Choose a file that ` +
        '"autodoc export" or "Export" in the window has written.',
    );
  }
  if (head.output.version > exportVersion) {
    throw new AppError(
      'store_newer',
      `${source} was written by a newer version of Autodoc. Nothing was imported. Update Autodoc first.`,
      { details: { version: head.output.version } },
    );
  }
}

const list = v.custom<readonly unknown[]>(Array.isArray, 'not a list');
const envelopeSchema = v.strictObject({
  format: v.literal(exportFormat),
  version: v.literal(exportVersion),
  document_id: v.nullable(idSchema),
  users: list,
  user_devices: list,
  documents: list,
  retentions: list,
  versions: list,
  autodocs: list,
  revisions: list,
  comments: list,
  audit: list,
} satisfies Record<Section, unknown> & Record<string, unknown>);

async function checkSections(
  parsed: unknown,
  source: string,
  breathe: Breathe,
): Promise<LibraryExport> {
  const envelope = v.safeParse(envelopeSchema, parsed);
  if (!envelope.success) throw misformed(source, '', envelope.issues[0]);
  for (const section of sections) {
    const ids = new Set<string>();
    for (const [index, record] of envelope.output[section].entries()) {
      await breathe();
      const result = v.safeParse(sectionSchemas[section], record);
      const where = `${section}[${index}]`;
      if (!result.success) throw misformed(source, where, result.issues[0]);
      if (ids.has(result.output.id)) throw damaged(source, `${where} is there twice`);
      ids.add(result.output.id);
    }
  }
  // The records as they came: a schema may leave keys out of what it hands on.
  return envelope.output as unknown as LibraryExport;
}

function misformed(source: string, where: string, issue: v.BaseIssue<unknown>): AppError {
  const path = [where, v.getDotPath(issue)]
    .filter((part) => part !== null && part !== '')
    .join('.');
  // What was received may be a whole text.
  const message = issue.message.slice(0, 200).toWellFormed();
  return damaged(source, path === '' ? message : `${path}: ${message}`);
}

function checkValue(
  record: AuditRecord,
  bodies: ReadonlyMap<string, string | null>,
  source: string,
  where: string,
): void {
  if (record.purged === true) {
    if (record.value !== null) throw damaged(source, `${where} is purged and has a value`);
  } else if (!('value' in record)) {
    if (!isBodyChange(record) || typeof bodies.get(record.id) !== 'string') {
      throw damaged(source, `${where} has no value`);
    }
  } else if (!isShallow(record.value, maxDepth)) {
    throw damaged(source, `${where}.value is nested too deep`);
  }
}

/** Each version's text is what the change with its id set. */
function checkBodies(
  { versions }: LibraryExport,
  changes: readonly ExchangedChange[],
  source: string,
): void {
  const values = new Map(changes.map(({ id, value }) => [id, value]));
  for (const [index, { id, document_body }] of versions.entries()) {
    const value = values.get(id);
    const expected = value === undefined ? null : typeof value === 'string' ? value : '';
    if (!values.has(id) || document_body !== expected) {
      throw damaged(source, `versions[${index}] does not follow from its change`);
    }
  }
}

function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((inner) => isShallow(inner, depth - 1));
}

function checkHashes(change: ExchangedChange, source: string, where: string): void {
  const { value, parents, ...metadata } = change;
  const isItsValue =
    value === undefined || sha256(JSON.stringify(value)).equals(change.value_sha256);
  const hash = changeSha256({ ...metadata, parents: JSON.stringify(parents) });
  if (!isItsValue || !hash.equals(change.sha256)) {
    throw damaged(source, `${where} is not what its hash says`);
  }
}
