import type { Id, UserType } from '../../src-main/contract/domain.ts';
import type { Author } from '../../src-main/store/log/change-log.ts';
import { seededNumbers } from '../fixtures/seeded-numbers.ts';
import { seededSigner, type Signer } from '../fixtures/seeded-signer.ts';

/** Who works on a team's documents: each at a machine of their own. */
export interface Person {
  readonly id: Id;
  readonly name: string;
  readonly user_type: UserType;
  readonly deviceId: Id;
  readonly signer: Signer;
}

const types: readonly UserType[] = [
  'admin',
  'admin',
  'sponsor',
  'sponsor',
  'sponsor',
  'editor',
  'editor',
];
const names = ['Ada', 'Abe', 'Sam', 'Sue', 'Sid', 'Eve', 'Eli'];

const numbers = seededNumbers(20);
const idOf = (kind: number, index: number): Id =>
  `01900000-0000-7000-800${kind}-00000000000${index}`;

export const people: readonly Person[] = types.map((user_type, index) => ({
  id: idOf(1, index),
  name: names[index]!,
  user_type,
  deviceId: idOf(2, index),
  signer: seededSigner(numbers),
}));

/** An author of a library with accounts signs. */
export function authorOf(person: Person, accountsAreOn: boolean): Author {
  return accountsAreOn ? { id: person.id, sign: person.signer.sign } : { id: person.id };
}
