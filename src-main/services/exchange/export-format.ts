import * as v from 'valibot';
import {
  autodocStates,
  documentStates,
  idSchema,
  maxBodyLength,
  userStatuses,
  userTypes,
  type Id,
} from '../../contract/domain.ts';
import { userDeviceStatuses } from '../../contract/people.ts';

/*
 * What `autodoc export` writes and `autodoc import` reads, version 1. The audit is the truth: it
 * has the changes of the library's log as they lie, each with its hashes. The other lists are
 * what follows from it, for programs that read an export; an import checks them and takes the
 * audit alone. resources/schemas has the same as JSON Schema.
 *
 * One state of a library has one export, to the byte: no times and places of the export itself,
 * keys in the order below, records in the order of their ids, changes in the order of the log.
 */

export const exportFormat = 'autodoc-export';
export const exportVersion = 1;

const text = v.pipe(v.string(), v.maxLength(maxBodyLength));
/** An id that a record names, as its change said it: perhaps of something that is not here. */
const reference = v.pipe(v.string(), v.maxLength(1_000));
const time = v.pipe(v.string(), v.maxLength(100));
const count = v.nullable(v.pipe(v.number(), v.safeInteger()));
const number = v.nullable(v.number());
/** Values that are JSON themselves, whatever the version that wrote them put there. */
const jsonObject = v.looseObject({});
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

const userSchema = v.strictObject({
  id: idSchema,
  name: text,
  email: text,
  organization: text,
  user_type: v.picklist(userTypes),
  user_status: v.picklist(userStatuses),
  created_on: time,
  last_login: v.nullable(time),
});

const userDeviceSchema = v.strictObject({
  id: idSchema,
  user_id: reference,
  device_name: text,
  public_key: v.pipe(text, v.description('Ed25519, as SPKI in base64')),
  device_status: v.picklist(userDeviceStatuses),
  created_on: time,
});

const documentSchema = v.strictObject({
  id: idSchema,
  document_name: text,
  document_body: v.pipe(text, v.description('Markdown')),
  document_state: v.picklist(documentStates),
  folder: text,
  tags: v.array(text),
  brief: text,
  due_on: v.nullable(time),
  target_words: count,
  notes: v.array(jsonObject),
  created_by: reference,
  created_on: time,
  updated_on: time,
  trashed_on: v.nullable(time),
});

const retentionSchema = v.strictObject({
  id: idSchema,
  sponsor_id: reference,
  editor_id: reference,
  document_id: reference,
  created_on: time,
  ended_on: v.nullable(time),
});

const versionSchema = v.strictObject({
  id: idSchema,
  document_id: reference,
  parents: v.array(reference),
  document_body: v.pipe(
    v.nullable(text),
    v.description('What the change with the same id set; null where it was purged'),
  ),
  created_by: reference,
  created_on: time,
});

const autodocSchema = v.strictObject({
  id: idSchema,
  autodoc_body: v.pipe(text, v.description('The continuation alone')),
  autodoc_state: v.picklist(autodocStates),
  failure: v.nullable(text),
  version_id: reference,
  prompt_start: count,
  prompt_end: count,
  model_name: text,
  model_sha256: v.nullable(text),
  parameters: jsonObject,
  seed: v.pipe(v.number(), v.safeInteger()),
  device: v.nullable(text),
  variant: v.nullable(text),
  tokens: count,
  score: number,
  duration_ms: number,
  candidates: v.array(jsonObject),
  token_ids: v.array(v.pipe(v.number(), v.safeInteger())),
  created_by: reference,
  created_on: time,
});

const revisionSchema = v.strictObject({
  id: idSchema,
  document_id: reference,
  autodoc_id: reference,
  created_on: time,
});

const commentSchema = v.strictObject({
  id: idSchema,
  document_id: reference,
  thread_id: v.nullable(reference),
  comment_body: text,
  anchor: v.nullable(jsonObject),
  document_state: v.nullable(text),
  created_by: reference,
  created_on: time,
  edited_on: v.nullable(time),
  resolved_on: v.nullable(time),
  resolved_by: v.nullable(reference),
  removed_on: v.nullable(time),
});

const changeSchema = v.strictObject({
  id: idSchema,
  replica_id: idSchema,
  seq: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  hlc: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
  actor_id: idSchema,
  entity: v.pipe(v.string(), v.maxLength(200)),
  entity_id: idSchema,
  field: v.pipe(v.string(), v.maxLength(200)),
  parents: v.pipe(v.array(idSchema), v.maxLength(100_000)),
  value: v.pipe(
    v.optional(v.unknown()),
    v.description('What it set; left out where the version with the same id has it'),
  ),
  purged: v.pipe(
    v.optional(v.literal(true)),
    v.description('There where the value was removed for good; it is null then'),
  ),
  value_sha256: sha256,
  sha256,
  signature: v.pipe(
    v.nullable(v.pipe(v.string(), v.regex(/^([0-9a-f]{2}){1,1000}$/))),
    v.description('Ed25519 over sha256 by a device of the actor, hexadecimal'),
  ),
});

/** The lists of an export in their order, and what each holds. */
export const sectionSchemas = {
  users: userSchema,
  user_devices: userDeviceSchema,
  documents: documentSchema,
  retentions: retentionSchema,
  versions: versionSchema,
  autodocs: autodocSchema,
  revisions: revisionSchema,
  comments: commentSchema,
  audit: changeSchema,
} as const;
export type Section = keyof typeof sectionSchemas;
export const sections = Object.keys(sectionSchemas) as readonly Section[];
export type RecordSection = Exclude<Section, 'audit'>;
export const recordSections: readonly RecordSection[] = sections.filter(
  (section) => section !== 'audit',
);

export type ExportedRecord<S extends Section> = v.InferOutput<(typeof sectionSchemas)[S]>;
export type AuditRecord = ExportedRecord<'audit'>;
/** Which document an export is of; null for the whole library. */
export type ExportScope = Id | null;
export type LibraryExport = {
  readonly [S in Section]: readonly ExportedRecord<S>[];
} & { readonly document_id: ExportScope };

/** The whole of it, for the JSON Schema. An import checks list by list, record by record. */
export const libraryExportSchema = v.pipe(
  v.strictObject({
    format: v.literal(exportFormat),
    version: v.literal(exportVersion),
    document_id: v.pipe(
      v.nullable(idSchema),
      v.description('The one document that was exported; null for the whole library'),
    ),
    users: v.array(userSchema),
    user_devices: v.array(userDeviceSchema),
    documents: v.array(documentSchema),
    retentions: v.array(retentionSchema),
    versions: v.array(versionSchema),
    autodocs: v.array(autodocSchema),
    revisions: v.array(revisionSchema),
    comments: v.array(commentSchema),
    audit: v.pipe(
      v.array(changeSchema),
      v.description('The changes that all of the above follows from, in the order of the log'),
    ),
  }),
  v.title('An export of Autodoc’s'),
);
