import type { DerivedTables } from '../database/schema.ts';
import type { EntityReference } from '../log/change-log.ts';

export const derivedTables = [
  'accounts',
  'users',
  'user_devices',
  'replicas',
  'documents',
  'document_summaries',
  'retentions',
  'autodocs',
  'revisions',
  'versions',
  'comments',
  'conflicts',
  'purges',
  'refusals',
] as const satisfies readonly (keyof DerivedTables)[];

/** The tables that an entity has rows in, under its own id or those of its changes. */
export const tablesOf: Readonly<Record<string, readonly (typeof derivedTables)[number][]>> = {
  library: ['accounts'],
  user: ['users'],
  user_device: ['user_devices'],
  replica: ['replicas'],
  document: ['documents', 'document_summaries', 'versions', 'conflicts'],
  retention: ['retentions'],
  autodoc: ['autodocs', 'revisions'],
  revision: ['revisions'],
  comment: ['comments'],
  purge: ['purges'],
};

/** Who decides on others' rows comes first: what is purged, what is tied, then what is drafted. */
const ranks: Readonly<Record<string, number>> = {
  purge: -2,
  revision: -1,
  autodoc: 1,
  document: 2,
};
export const rankOf = ({ entity }: EntityReference): number =>
  Object.hasOwn(ranks, entity) ? ranks[entity]! : 0;
