import type { Generated } from 'kysely';

/*
 * The tables as Kysely types them. What they mean is said where they are made: migrations/.
 */

export interface ChangesTable {
  id: string;
  replica_id: string;
  seq: number;
  hlc: string;
  actor_id: string;
  entity: string;
  entity_id: string;
  field: string;
  /** JSON array of change ids. */
  parents: string;
  /** JSON text; bytes when compressed, against the value of `base_id` if it has one; null when purged. */
  value: string | Uint8Array | null;
  base_id: string | null;
  value_sha256: Uint8Array;
  sha256: Uint8Array;
  signature: Uint8Array | null;
}

export interface UsersTable {
  id: string;
  name: string;
  email: string;
  organization: string;
  user_type: string;
  user_status: string;
  created_on: string;
  last_login: string | null;
  /** Name, address and organization, folded for a search. */
  search_text: string;
}

export interface UserDevicesTable {
  id: string;
  user_id: string;
  device_name: string;
  /** Ed25519, as SPKI in base64. */
  public_key: string;
  device_status: string;
  created_on: string;
}

export interface DocumentsTable {
  id: string;
  document_name: string;
  document_body: string;
  document_state: string;
  folder: string;
  /** JSON array of strings. */
  tags: string;
  brief: string;
  due_on: string | null;
  target_words: number | null;
  /** JSON array of objects. */
  notes: string;
  created_by: string;
  created_on: string;
  updated_on: string;
  trashed_on: string | null;
}

export interface DocumentSummariesTable {
  id: string;
  excerpt: string;
  words: number;
  machine_share: number;
}

export interface AutodocsTable {
  id: string;
  autodoc_body: string;
  autodoc_state: string;
  failure: string | null;
  version_id: string;
  prompt_start: number | null;
  prompt_end: number | null;
  model_name: string;
  model_sha256: string | null;
  /** JSON object. */
  parameters: string;
  seed: number;
  device: string | null;
  variant: string | null;
  tokens: number | null;
  score: number | null;
  duration_ms: number | null;
  created_by: string;
  created_on: string;
  /** JSON array of objects. */
  candidates: string;
  /** JSON array of numbers. */
  token_ids: string;
}

export interface RetentionsTable {
  id: string;
  sponsor_id: string;
  editor_id: string;
  document_id: string;
  created_on: string;
  ended_on: string | null;
}

export interface RevisionsTable {
  id: string;
  document_id: string;
  autodoc_id: string;
  created_on: string;
}

export interface VersionsTable {
  id: string;
  document_id: string;
  /** JSON array of version ids. */
  parents: string;
  created_by: string;
  created_on: string;
}

export interface CommentsTable {
  id: string;
  document_id: string;
  thread_id: string | null;
  comment_body: string;
  /** JSON object. */
  anchor: string | null;
  document_state: string | null;
  created_by: string;
  created_on: string;
  edited_on: string | null;
  resolved_on: string | null;
  resolved_by: string | null;
  removed_on: string | null;
}

/** Tables whose every row follows from the log. */
export interface DerivedTables {
  accounts: { id: string; switched_on_by: string; switched_on: string };
  users: UsersTable;
  user_devices: UserDevicesTable;
  replicas: { id: string; name: string };
  documents: DocumentsTable;
  document_summaries: DocumentSummariesTable;
  retentions: RetentionsTable;
  autodocs: AutodocsTable;
  revisions: RevisionsTable;
  versions: VersionsTable;
  comments: CommentsTable;
  conflicts: { id: string; document_id: string; created_by: string; created_on: string };
  purges: { id: string; purged_by: string; purged_on: string };
  refusals: { id: string; entity: string; entity_id: string; reason: string };
}

/** `replica.db`. */
export interface ReplicaTables extends DerivedTables {
  changes: ChangesTable;
  change_collisions: ChangesTable & { received_on: string };
  meta: { key: string; value: string };
}

/** `state.db`. */
export interface StateTables {
  replicas: { id: string; is_current: number; since: string };
  journal: {
    document_id: string;
    /** JSON array of version ids. */
    base_version_ids: string;
    saved_on: string;
    document_body: string;
  };
  device_keys: { device_id: string; user_id: string; wrapped_key: string };
  sign_in_attempts: { account: string; failures: number; last_failed_at_ms: number };
  seen_versions: { user_id: string; document_id: string; version_id: string };
  seen_files: { name: string; file_stat: string; outcome: string };
  queued_elsewhere: { autodoc_id: string; seen_at_ms: number };
  checked_signatures: { digest: Uint8Array };
  leases: { name: string; holder: string; expires_at_ms: number };
  machine_values: { key: string; value: string };
  full_text_sources: { id: Generated<number>; source_id: string; document_id: string };
  full_text_documents: { document_id: string; is_trashed: number };
  full_text_mark: { position: number; change_id: string };
}
