import * as v from 'valibot';
import { idSchema, type Id } from './domain.ts';
import { daySchema } from './work.ts';

/** The kinds of thing that a change can be about, for the audit log's filter. */
export const auditEntities = [
  'library',
  'user',
  'user_device',
  'document',
  'retention',
  'autodoc',
  'comment',
  'import',
] as const;

export const auditFilterSchema = v.strictObject({
  actor_id: v.nullable(idSchema),
  entity: v.nullable(v.picklist(auditEntities)),
  document_id: v.nullable(idSchema),
  /** Days, both of them included, in UTC. */
  from: v.nullable(daySchema),
  to: v.nullable(daySchema),
});
export type AuditFilter = v.InferOutput<typeof auditFilterSchema>;

/** One change as the audit log tells it: who did what when on which machine. */
export interface AuditEntry {
  readonly id: Id;
  readonly changed_on: string;
  readonly actor_id: Id;
  readonly actor_name: string | null;
  readonly replica_id: Id;
  /** What the machine calls itself; null where it has not said. */
  readonly machine_name: string | null;
  readonly entity: string;
  readonly entity_id: Id;
  readonly field: string;
  readonly document_id: Id | null;
  /** The name of the document or user that it is about; null where it is about neither. */
  readonly subject_name: string | null;
  /** What it was set to, where that is a short fact (a state, a name, a day), never a text. */
  readonly value: string | null;
  /** Why it has no effect; null for a change that has. */
  readonly refused: string | null;
}

export interface AuditPage {
  /** Newest first. */
  readonly entries: readonly AuditEntry[];
  readonly total: number;
}
