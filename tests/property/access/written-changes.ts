import fc from 'fast-check';
import {
  documentStates,
  userStatuses,
  userTypes,
  type Id,
} from '../../../src-main/contract/domain.ts';
import { userDeviceStatuses } from '../../../src-main/contract/people.ts';
import type { JsonValue } from '../../../src-main/store/log/change.ts';
import { documentFields, userFields } from '../../../src-main/store/projection/entities.ts';
import { hostileTexts } from '../../fixtures/hostile-texts.ts';

/*
 * Changes as anybody might write them into a log: most of them of a kind that has an effect, by
 * somebody with a key, about something that there is.
 */

/** A change before it is known what there is: numbers choose among that. */
export interface Writing {
  readonly kind: string;
  /** An index among the people: those who may do something write most. */
  readonly author: number;
  /** Whose key signs: mostly the author's own. */
  readonly signer: 'own' | 'another' | 'own second' | 'nobody' | 'noise';
  /** 0: something new. Else one of those that there are. */
  readonly at: number;
  readonly isNew: boolean;
  readonly parents: 'heads' | 'none' | 'old';
  readonly value: (pick: Pick) => JsonValue;
}

/** An id of what there is; of nothing where there is none. */
export type Pick = (
  kind: 'user' | 'user_device' | 'document' | 'version' | 'autodoc' | 'comment',
) => Id;

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom(...hostileTexts.filter((one) => one.length < 300)),
);
const junk = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<JsonValue>,
  fc.constant(JSON.parse('{"__proto__": {"a": 1}, "constructor": null}') as JsonValue),
);
const day = fc.constantFrom('2026-11-29', '2026-12-24', 'no day');
const moment = '2026-11-29T10:00:00.000Z';

const plain = (value: JsonValue) => (): JsonValue => value;
const oneOf = (choices: readonly JsonValue[]) => fc.constantFrom(...choices).map(plain);
const some = (arbitrary: fc.Arbitrary<JsonValue>) => arbitrary.map(plain);

/** What each field may be set to, beside junk. */
const values: Readonly<Record<string, fc.Arbitrary<Writing['value']>>> = {
  'user name': some(text),
  'user email': some(text),
  'user organization': some(text),
  'user user_type': oneOf(userTypes),
  'user user_status': oneOf(userStatuses),
  'user last_login': oneOf([moment, null]),
  'user_device device_status': oneOf(userDeviceStatuses),
  'replica name': some(text),
  'document document_name': some(text),
  'document document_body': some(text),
  'document document_state': oneOf(documentStates),
  'document folder': some(text),
  'document tags': some(fc.array(text, { maxLength: 3 })),
  'document brief': some(text),
  'document due_on': some(day),
  'document target_words': some(fc.integer()),
  'document notes': some(fc.array(fc.record({ title: text, text }), { maxLength: 2 })),
  'document trashed_on': oneOf([moment, null]),
  'retention terms': fc.nat().map(() => (pick) => ({
    sponsor_id: pick('user'),
    editor_id: pick('user'),
    document_id: pick('document'),
  })),
  'retention ended_on': oneOf([moment]),
  'autodoc request': fc.nat().map(() => (pick) => ({
    ...{ version_id: pick('version'), model_name: 'starter', parameters: {}, seed: 1 },
  })),
  'autodoc outcome': fc
    .tuple(fc.constantFrom('done', 'failed', 'cancelled'), text)
    .map(([autodoc_state, autodoc_body]) => plain({ autodoc_state, autodoc_body })),
  'revision tie': fc.nat().map(() => (pick) => ({
    document_id: pick('document'),
    autodoc_id: pick('autodoc'),
  })),
  'comment content': fc.nat().map(() => (pick) => ({
    ...{ document_id: pick('document'), thread_id: null, anchor: null, document_state: null },
  })),
  'comment comment_body': some(text),
  'comment is_resolved': oneOf([true, false]),
  'comment removed_on': oneOf([moment]),
  'import changes': oneOf([[], ['AAAA']]),
  'library accounts': oneOf([{}, { admin_id: 'x', seen: {} }]),
  'hologram depth': some(junk),
  'document hologram': some(junk),
  'user hologram': some(junk),
  // Kinds that every object has something under.
  'constructor name': some(junk),
  'toString length': some(junk),
  '__proto__ name': some(junk),
  'user toString': some(junk),
};

const frequent = [
  ...userFields.map((field) => `user ${field}`),
  ...documentFields.map((field) => `document ${field}`),
  ...['document document_state', 'document document_state', 'document document_state'],
  ...['user user_status', 'user user_type', 'user_device device_status', 'user_device key'],
  ...['retention terms', 'retention ended_on', 'autodoc request', 'autodoc outcome'],
  ...['revision tie', 'comment content', 'comment comment_body', 'comment is_resolved'],
];

export const writing: fc.Arbitrary<Writing> = fc
  .oneof(
    { arbitrary: fc.constantFrom(...frequent), weight: 4 },
    fc.constantFrom(...Object.keys(values)),
  )
  .chain((kind) =>
    fc.record({
      kind: fc.constant(kind),
      author: fc.constantFrom(...[0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 3, 4, 5, 6, 7]),
      signer: fc.oneof(
        { arbitrary: fc.constant('own' as const), weight: 8 },
        fc.constantFrom(
          'another' as const,
          'own second' as const,
          'nobody' as const,
          'noise' as const,
        ),
      ),
      at: fc.noBias(fc.nat()),
      isNew: fc.noBias(fc.nat(3)).map((chance) => chance === 0),
      parents: fc.oneof(
        { arbitrary: fc.constant('heads' as const), weight: 6 },
        fc.constantFrom('none' as const, 'old' as const),
      ),
      value: fc.oneof({ arbitrary: values[kind] ?? some(junk), weight: 9 }, some(junk)),
    }),
  );
