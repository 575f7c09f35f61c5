import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { channels } from '../../../src-main/contract/channels.ts';
import { listRequests } from '../../bench/lists/requests.ts';
import { listRowSchema, listTableOf, toListRow } from '../../bench/lists/rows.ts';

const id = '01900000-0000-7000-8000-000000000001';

describe('what is asked for', () => {
  const requests = listRequests({
    ...{ editorId: id, sponsorId: id, document: { id }, day: '2026-11-29' },
    words: { common: 'lawn', rare: 'mower' },
  });

  it('fits its channel', () => {
    for (const { name, channel, payload } of requests) {
      expect(v.is(channels[channel].input as v.GenericSchema, payload), name).toBe(true);
    }
  });

  it('has a name of its own', () => {
    expect(new Set(requests.map(({ name }) => name)).size).toBe(requests.length);
  });
});

describe('the row of a list', () => {
  const ms = Array.from({ length: 20 }, (_, index) => index + 1);
  const row = toListRow({ list: 'documents', ms: [...ms, 300], bytes: 2_048 });

  it('has the middle and the end of its times', () => {
    expect(row).toMatchObject({ median_ms: 11, p95_ms: 20, answer_bytes: 2_048 });
    expect(v.parse(listRowSchema, JSON.parse(JSON.stringify(row)))).toEqual(row);
  });

  it('says in the table that it takes too long', () => {
    const slow = toListRow({ list: 'audit', ms: [99, 101], bytes: 10 });
    const [head, quick, tooSlow] = listTableOf([row, slow]).split('\n');
    expect(head).toMatch(/ms +p95 +KiB/);
    expect(quick).toMatch(/^documents +11 +20 +2\.0$/);
    expect(tooSlow).toMatch(/over 100 ms$/);
    expect(listTableOf([])).toBe('');
  });
});
