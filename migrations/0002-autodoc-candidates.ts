import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/**
 * What a draft found besides its best text (`candidates`, JSON array, best first) and the tokens
 * that the best text was written in (`token_ids`, JSON array): a text can be cut into tokens in
 * more than one way, and how likely each was is known for these alone.
 */
export const autodocCandidates: Migration = (db) =>
  [
    sql`alter table autodocs add column candidates text not null default '[]'`,
    sql`alter table autodocs add column token_ids text not null default '[]'`,
  ].map((statement) => statement.compile(db));
