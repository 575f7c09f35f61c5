import type { Id } from '../../src-main/contract/domain.ts';
import type { Author } from '../../src-main/store/log/change-log.ts';
import type { Dice } from './dice.ts';
import type { Ledger } from './ledger.ts';
import type { Machine } from './machine.ts';

export interface WorkRoom {
  readonly dice: Dice;
  readonly ledger: Ledger;
  readonly accountsAreOn: boolean;
  readonly trace: (line: string) => void;
}

/** Where somebody works. */
export interface Desk extends WorkRoom {
  readonly machine: Machine;
  readonly author: Author;
}

/** One that is there, if any is. */
export function anyId(
  { machine, dice }: Desk,
  table: 'documents' | 'users' | 'comments' | 'retentions',
): Id | null {
  const ids = machine.raw.prepare<[], Id>(`select id from ${table} order by id`).pluck().all();
  return ids.length === 0 ? null : dice.pick(ids);
}
