/*
 * The kinds of entity and their fields, as the log spells them: part of its frozen format.
 *
 * A mutable field is one change each time it is set, on top of the changes its author saw.
 * Facts that are written once and belong together (what a draft was asked to do, how it
 * ended) are one change with a JSON object, so that two machines' facts never mix.
 */

export const userFields = [
  'name',
  'email',
  'organization',
  'user_type',
  'user_status',
  'last_login',
] as const;

export const documentFields = [
  'document_name',
  'document_body',
  // Before the state that it belongs to: an approval says what it saw while it may still be given.
  'approved_versions',
  'document_state',
  'folder',
  'tags',
  'brief',
  'due_on',
  'target_words',
  'notes',
  'trashed_on',
] as const;
export type DocumentField = (typeof documentFields)[number];

/** A retention's write-once field, who retained whom for what, and its mutable one. */
export const retentionTerms = 'terms';
export const retentionEnd = 'ended_on';

/** An autodoc's two write-once fields. */
export const autodocRequest = 'request';
export const autodocOutcome = 'outcome';

/** A revision's one write-once field: which document and which autodoc it ties. */
export const revisionTie = 'tie';

/** The library's one field: that accounts are on, from which change on, by whom. */
export const libraryAccounts = 'accounts';

/** An import's write-once field: the SHA-256 of each change that it brought, in base64. */
export const importedChanges = 'changes';

/** A machine that signs for a user: its write-once field, whose it is and its key, and its mutable one. */
export const userDeviceKey = 'key';
export const userDeviceStatus = 'device_status';

/** What a replica's machine calls itself. */
export const replicaName = 'name';

/** A comment's write-once field, what it is about, and its mutable ones. */
export const commentContent = 'content';
export const commentBody = 'comment_body';
export const commentResolution = 'is_resolved';
export const commentRemoval = 'removed_on';

/** A purge's write-once field: which document lost its words. */
export const purgedDocument = 'document';

/** Which versions an approval saw: what comes on top opens the review again. */
export const approvedVersions = 'approved_versions' satisfies DocumentField;
