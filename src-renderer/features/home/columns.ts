import type { DocumentSort } from '../../../src-main/contract/work.ts';
import type { HomeKind, Sorting } from './viewer.ts';

/** The cells of a row, in the order of the columns. */
export const cells = [
  'name',
  'person',
  'state',
  'due',
  'words',
  'excerpt',
  'draft',
  'share',
  'comments',
  'changed',
] as const;
export type Cell = (typeof cells)[number];

export interface Column {
  readonly cell: Cell;
  readonly label: string;
  /** What it sorts by; null where it does not sort. */
  readonly sort: DocumentSort | null;
  /** The way it sorts at first. */
  readonly first: Sorting['direction'];
}

const all: Readonly<Record<Cell, Omit<Column, 'cell'>>> = {
  name: { label: 'Document', sort: 'document_name', first: 'asc' },
  person: { label: 'Editor', sort: 'editor_name', first: 'asc' },
  state: { label: 'State', sort: 'document_state', first: 'asc' },
  due: { label: 'Due', sort: 'due_on', first: 'asc' },
  words: { label: 'Words', sort: 'words', first: 'desc' },
  excerpt: { label: 'Text', sort: null, first: 'asc' },
  draft: { label: 'Latest draft', sort: null, first: 'asc' },
  share: { label: 'Machine', sort: 'machine_share', first: 'desc' },
  comments: { label: 'Open comments', sort: null, first: 'desc' },
  changed: { label: 'Changed', sort: 'updated_on', first: 'desc' },
};

/** The columns of a home: sponsors and admins see editors, editors see sponsors. */
export function columnsOf({ person }: HomeKind): readonly Column[] {
  return cells
    .filter((cell) => cell !== 'person' || person !== null)
    .map((cell) =>
      cell === 'person' && person === 'sponsor'
        ? { cell, label: 'Sponsor', sort: 'sponsor_name', first: 'asc' }
        : { cell, ...all[cell] },
    );
}
