import type { AuditEntry } from '../../../src-main/contract/audit.ts';
import { documentStateWords } from '../../lib/document-state-words.ts';
import { userTypeWords } from '../../lib/user-words.ts';

/*
 * What a change was, as a person would say it after the name of who made it: `moved “Letter” to
 * in review`, `approved the account of Bo`. A kind of change that this version does not know is
 * told by its own name: the log may hold what a newer version wrote.
 */

type Facts = Pick<
  AuditEntry,
  'entity' | 'field' | 'actor_id' | 'entity_id' | 'subject_name' | 'value'
>;
type Tell = (entry: Facts) => string;

export function auditSentence(entry: Facts): string {
  const ofEntity = own(sentences, entry.entity);
  const tell = ofEntity === undefined ? undefined : own(ofEntity, entry.field);
  return tell === undefined ? `set ${entry.field} of ${named(entry)}` : tell(entry);
}

/** What a table has under a name from the log, which may be any. */
function own<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

const sentences: Readonly<Record<string, Readonly<Record<string, Tell>>>> = {
  library: {
    accounts: () => 'switched accounts on',
  },
  replica: {
    name: ({ value }) => (value === null ? 'named a machine' : `called a machine “${value}”`),
  },
  user: {
    name: (entry) => `set the name of ${account(entry)}${to(entry.value)}`,
    email: (entry) => `set the e-mail of ${account(entry)}${to(entry.value)}`,
    organization: (entry) => `set the organization of ${account(entry)}${to(entry.value)}`,
    user_type: (entry) => madeOfType(entry),
    user_status: (entry) => changedStatus(entry),
    last_login: () => 'signed in',
  },
  user_device: {
    key: (entry) => `asked for a machine of ${owner(entry)}${quotedAfter(entry.value)}`,
    device_status: (entry) => {
      const verb = entry.value === 'approved' ? 'approved' : 'revoked';
      return `${verb} a machine of ${owner(entry)}`;
    },
  },
  document: {
    document_name: ({ value }) =>
      value === null ? 'named a document' : `named a document “${value}”`,
    document_body: (entry) => `saved ${text(entry)}`,
    approved_versions: (entry) => `said which versions of ${text(entry)} they approve`,
    document_state: (entry) => `moved ${text(entry)} to ${stateName(entry.value)}`,
    folder: (entry) =>
      entry.value === '' || entry.value === null
        ? `took ${text(entry)} out of its folder`
        : `put ${text(entry)} into the folder “${entry.value}”`,
    tags: (entry) => `tagged ${text(entry)}`,
    brief: (entry) => `wrote the brief of ${text(entry)}`,
    due_on: (entry) =>
      entry.value === null
        ? `took away the due date of ${text(entry)}`
        : `made ${text(entry)} due on ${entry.value}`,
    target_words: (entry) =>
      entry.value === null
        ? `took away the target length of ${text(entry)}`
        : `set the target length of ${text(entry)} to ${entry.value} words`,
    notes: (entry) => `changed the notes of ${text(entry)}`,
    trashed_on: (entry) =>
      entry.value === null
        ? `took ${text(entry)} back from the trash`
        : `moved ${text(entry)} to the trash`,
  },
  retention: {
    terms: (entry) => `retained ${entry.value ?? 'an editor'} for ${text(entry)}`,
    ended_on: (entry) => `ended a retention for ${text(entry)}`,
  },
  autodoc: {
    request: (entry) => `asked for a draft of ${text(entry)}`,
    outcome: (entry) => `${draftEnd(entry.value)} of ${text(entry)}`,
  },
  revision: {
    tie: (entry) => `tied a draft to ${text(entry)}`,
  },
  purge: {
    document: () => 'purged a document of all its words',
  },
  import: {
    changes: () => 'imported a file, and answers for what it brought',
  },
  comment: {
    content: (entry) => `commented on ${text(entry)}`,
    comment_body: (entry) => `changed a comment on ${text(entry)}`,
    is_resolved: (entry) =>
      `${entry.value === 'false' ? 'reopened' : 'resolved'} a comment on ${text(entry)}`,
    removed_on: (entry) => `removed a comment on ${text(entry)}`,
  },
};

function text({ subject_name }: Facts): string {
  return subject_name === null ? 'a document' : `“${subject_name}”`;
}

function named({ subject_name, entity }: Facts): string {
  const kind = `a ${entity.replaceAll('_', ' ')}`;
  return subject_name === null ? kind : `${kind} (${subject_name})`;
}

/** The user that it is about, who may be who did it. */
function account({ subject_name, actor_id, entity_id }: Facts): string {
  if (actor_id === entity_id) return 'their account';
  return `the account of ${subject_name ?? 'somebody'}`;
}

function owner({ subject_name }: Facts): string {
  return subject_name ?? 'somebody';
}

function to(value: string | null): string {
  return value === null ? '' : ` to “${value}”`;
}

function quotedAfter(value: string | null): string {
  return value === null ? '' : `, “${value}”`;
}

function madeOfType(entry: Facts): string {
  const { value } = entry;
  const word = isKeyOf(userTypeWords, value) ? userTypeWords[value].toLowerCase() : (value ?? '');
  const article = /^[aeiou]/.test(word) ? 'an' : 'a';
  if (entry.actor_id === entry.entity_id) return `became ${article} ${word}`;
  return `made ${entry.subject_name ?? 'somebody'} ${article} ${word}`;
}

function changedStatus(entry: Facts): string {
  switch (entry.value) {
    case 'pending':
      return entry.actor_id === entry.entity_id
        ? 'registered'
        : `registered ${entry.subject_name ?? 'somebody'}`;
    case 'approved':
      return `approved ${account(entry)}`;
    case 'rejected':
      return `rejected ${account(entry)}`;
    case 'suspended':
      return `suspended ${account(entry)}`;
    case null:
    default:
      return `set the state of ${account(entry)}${to(entry.value)}`;
  }
}

function stateName(value: string | null): string {
  if (isKeyOf(documentStateWords, value)) return documentStateWords[value].label.toLowerCase();
  return value ?? 'another state';
}

function draftEnd(value: string | null): string {
  switch (value) {
    case 'failed':
      return 'could not finish a draft';
    case 'cancelled':
      return 'stopped a draft';
    case null:
    default:
      return 'finished a draft';
  }
}

function isKeyOf<Key extends string>(
  words: Readonly<Record<Key, unknown>>,
  value: string | null,
): value is Key {
  return value !== null && Object.hasOwn(words, value);
}
