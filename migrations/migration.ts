import type { CompiledQuery, Kysely } from 'kysely';

/**
 * One step of a database's schema: the statements, in order, that take `user_version` N - 1
 * to N. A step that has shipped is history and never changes; `db` only compiles.
 */
export type Migration = (db: Kysely<unknown>) => readonly CompiledQuery[];
