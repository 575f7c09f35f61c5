import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { teamRowSchema, teamTableOf, toTeamRow } from '../../bench/team/rows.ts';

describe('the row of what sharing costs', () => {
  const published = toTeamRow({
    ...{ what: 'publish', unit: 'ms', values: [100, 300, 200], limit: 1_000 },
    plain: { name: 'copy', values: [40, 60, 50] },
    meanwhile: { delayMs: 12.34, writeMs: 0 },
  });

  it('has the middle of its times, and how many copies that is', () => {
    expect(published).toMatchObject({ median: 200, ratio: 4, ratio_to: 'copy', delay_ms: 12.3 });
    expect(v.parse(teamRowSchema, JSON.parse(JSON.stringify(published)))).toEqual(published);
  });

  it('has no ratio where there is no file', () => {
    const row = toTeamRow({ what: 'merge', unit: 'ms', values: [1] });
    expect(row).toMatchObject({ ratio: null, ratio_to: null, delay_ms: null, write_ms: null });
    expect(v.parse(teamRowSchema, row)).toEqual(row);
  });

  it('says in the table what must not be', () => {
    const grown = toTeamRow({ what: 'an edit', unit: '% of the text', values: [3.1], limit: 3 });
    const meanwhile = { delayMs: 1, writeMs: 51 };
    const late = toTeamRow({ what: 'import', unit: 'ms', values: [1], meanwhile });
    const lines = teamTableOf([published, grown, late]).split('\n');
    expect(lines[1]).toMatch(/^publish +200 +ms +4 × copy +12\.3 ms +0 ms$/);
    expect(lines[2]).toMatch(/^an edit +3\.1 +% of the text +FAILURE: over 3 % of the text$/);
    expect(lines[3]).toMatch(/FAILURE: the main process waits over 50 ms$/);
    expect(teamTableOf([])).toBe('');
  });
});
