import type { AuditEntry } from '../../../../src-main/contract/audit.ts';
import type { FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { demoUsers, type DemoName } from '../../../fixtures/fake-people.ts';

type Done = readonly [
  who: DemoName,
  entity: string,
  field: string,
  subject: string | null,
  value: string | null,
  refused?: string,
];

const done: readonly Done[] = [
  ['ada', 'library', 'accounts', null, null],
  ['noor', 'user', 'user_status', 'Noor Haddad', 'pending'],
  ['ada', 'user', 'user_status', 'Bo Ekman', 'approved'],
  ['ada', 'user', 'user_type', 'Sofia Lind', 'sponsor'],
  ['sofia', 'document', 'document_name', 'A letter to the council', 'A letter to the council'],
  ['sofia', 'document', 'brief', 'A letter to the council', null],
  ['sofia', 'document', 'due_on', 'A letter to the council', '2026-12-24'],
  ['sofia', 'retention', 'terms', 'A letter to the council', 'Bo Ekman'],
  ['sofia', 'autodoc', 'request', 'A letter to the council', null],
  ['bo', 'document', 'document_state', 'A letter to the council', 'in_edit'],
  ['bo', 'document', 'document_body', 'A letter to the council', null],
  [
    'bo',
    'document',
    'document_state',
    'A letter to the council',
    'approved',
    'An editor may not approve a document.',
  ],
  ['bo', 'document', 'document_state', 'A letter to the council', 'in_review'],
  ['sofia', 'comment', 'content', 'A letter to the council', null],
  ['ada', 'user_device', 'device_status', 'Elif Kaya', 'revoked'],
];

/** What a team did, some of it refused, over and over. */
export function fillAudit(bridge: FakeBridge, rounds = 20): void {
  for (let round = 0; round < rounds; round++) {
    done.forEach(([who, entity, field, subject_name, value, refused], place) => {
      const minutes = (rounds - round) * 60 * 9 - place * 7;
      const entry: Partial<AuditEntry> = {
        changed_on: new Date(Date.now() - minutes * 60_000).toISOString(),
        machine_name: `${who}-laptop`,
        subject_name,
        value,
        refused: refused ?? null,
      };
      const actor = demoUsers[who];
      const entity_id = subject_name === actor.name ? actor.id : demoUsers.elif.id;
      bridge.audit.note({ actor, entity, entity_id, field, ...entry });
    });
  }
}
