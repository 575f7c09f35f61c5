import type { ChannelInput, ChannelName } from '../../../src-main/contract/channels.ts';
import type { DocumentSummary, Id } from '../../../src-main/contract/domain.ts';
import { documentSorts, type DocumentFilter } from '../../../src-main/contract/work.ts';

/** Whoever looks at a list. */
export type Viewer = 'admin' | 'sponsor' | 'editor';

/** One thing that the window asks for when it opens a list, or something on it. */
export type ListRequest = {
  [Name in ChannelName]: {
    readonly name: string;
    readonly viewer: Viewer;
    readonly channel: Name;
    readonly payload: ChannelInput<Name>;
  };
}[ChannelName];

export interface Subjects {
  readonly editorId: Id;
  readonly sponsorId: Id;
  /** The one with most to it. */
  readonly document: Pick<DocumentSummary, 'id'>;
  /** A word that hundreds of documents have, and one that hardly any has. */
  readonly words: { readonly common: string; readonly rare: string };
  /** A day in the middle of the library's years. */
  readonly day: string;
}

/** As many as the window asks for at once. */
export const pageLength = 100;

const page = { offset: 0, limit: pageLength };
const all = { query: '', place: 'library', ...page } as const;
const everything: DocumentFilter = {
  ...{ states: [], sponsor_id: null, editor_id: null, due: null },
  has_conflicts: false,
};

export function listRequests({
  editorId,
  sponsorId,
  document,
  words,
  day,
}: Subjects): readonly ListRequest[] {
  const document_id = document.id;
  const of = { document_id };
  const audited = {
    actor_id: null,
    entity: null,
    document_id: null,
    from: null,
    to: null,
    ...page,
  };
  const documents = (
    name: string,
    viewer: Viewer,
    more: Partial<ChannelInput<'documents:list'>> = {},
  ): ListRequest => ({
    ...{ name: `${viewer}: ${name}`, viewer, channel: 'documents:list' },
    payload: { ...all, ...more },
  });
  const filtered = (name: string, viewer: Viewer, filter: Partial<DocumentFilter>): ListRequest =>
    documents(name, viewer, { filter: { ...everything, ...filter } });
  return [
    documents('documents', 'sponsor'),
    ...documentSorts.map((by) =>
      documents(`documents by ${by}`, 'sponsor', { sort: { by, direction: 'asc' } }),
    ),
    documents('documents from 9000', 'sponsor', { offset: 9_000 }),
    documents('trash', 'sponsor', { place: 'trash' }),
    filtered('documents in review', 'sponsor', { states: ['in_review'] }),
    filtered('documents of an editor', 'sponsor', { editor_id: editorId }),
    filtered('documents overdue', 'sponsor', { due: 'overdue' }),
    documents('search, a common word', 'sponsor', { query: words.common }),
    documents('search, a rare word', 'sponsor', { query: words.rare }),
    documents('search, its beginning', 'sponsor', { query: words.rare.slice(0, 2) }),
    documents('search by name', 'sponsor', {
      query: words.common,
      sort: { by: 'document_name', direction: 'asc' },
    }),
    documents('documents', 'editor'),
    documents('documents, due next', 'editor', { sort: { by: 'due_on', direction: 'asc' } }),
    filtered('documents to work on', 'editor', {
      ...{ editor_id: editorId, states: ['assigned', 'in_edit', 'changes_requested'] },
    }),
    documents('search, a common word', 'editor', { query: words.common }),
    documents('documents', 'admin'),
    documents('documents from 9000', 'admin', { offset: 9_000 }),
    filtered('documents of a sponsor', 'admin', { sponsor_id: sponsorId }),
    documents('search, a common word', 'admin', { query: words.common }),
    {
      ...{ name: 'admin: users', viewer: 'admin', channel: 'users:list' },
      payload: { query: '', user_status: null, user_type: null, ...page },
    },
    {
      ...{ name: 'admin: users, found', viewer: 'admin', channel: 'users:list' },
      payload: { query: 'user-12', user_status: 'approved', user_type: 'editor', ...page },
    },
    {
      ...{ name: 'sponsor: editors, found', viewer: 'sponsor', channel: 'users:list' },
      payload: { query: 'a', user_status: 'approved', user_type: 'editor', ...page },
    },
    { name: 'admin: audit', viewer: 'admin', channel: 'audit:list', payload: audited },
    {
      ...{ name: 'admin: audit from 100000', viewer: 'admin', channel: 'audit:list' },
      payload: { ...audited, offset: 100_000 },
    },
    {
      ...{ name: 'admin: audit of a person', viewer: 'admin', channel: 'audit:list' },
      payload: { ...audited, actor_id: sponsorId },
    },
    {
      ...{ name: 'admin: audit of a document', viewer: 'admin', channel: 'audit:list' },
      payload: { ...audited, document_id },
    },
    {
      ...{ name: 'admin: audit of accounts', viewer: 'admin', channel: 'audit:list' },
      payload: { ...audited, entity: 'user' },
    },
    {
      ...{ name: 'admin: audit of a day', viewer: 'admin', channel: 'audit:list' },
      payload: { ...audited, from: day, to: day },
    },
    { name: 'sponsor: notices', viewer: 'sponsor', channel: 'notices:list', payload: page },
    { name: 'editor: notices', viewer: 'editor', channel: 'notices:list', payload: page },
    {
      name: 'sponsor: drafts queued',
      viewer: 'sponsor',
      channel: 'autodocs:queue',
      payload: undefined,
    },
    { name: 'a document', viewer: 'sponsor', channel: 'documents:open', payload: of },
    { name: 'its versions', viewer: 'sponsor', channel: 'versions:list', payload: of },
    { name: 'its drafts', viewer: 'sponsor', channel: 'autodocs:list', payload: of },
    { name: 'its comments', viewer: 'sponsor', channel: 'comments:list', payload: of },
    { name: 'its editors', viewer: 'sponsor', channel: 'retentions:list', payload: of },
  ];
}
