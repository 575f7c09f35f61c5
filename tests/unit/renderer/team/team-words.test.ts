import { describe, expect, it } from 'vitest';
import {
  defaultGenerationLimits,
  teamProblemCodes,
  type TeamStatus,
} from '../../../../src-main/contract/team.ts';
import { teamWords } from '../../../../src-renderer/features/team/team-words.ts';

const now = new Date('2026-11-20T12:00:00Z');
const status: TeamStatus = {
  file: '/srv/team.autodoc',
  state: 'idle',
  fraction: null,
  shared_on: '2026-11-20T11:57:40Z',
  unshared: 0,
  problem: null,
  notices: [],
  fingerprint: null,
  generations: defaultGenerationLimits,
};
const said = (change: Partial<TeamStatus>): string | undefined =>
  teamWords({ ...status, ...change }, now)?.text;

describe('how sharing stands, in words', () => {
  it.each<[Partial<TeamStatus>, string | undefined]>([
    [{ state: 'off' }, undefined],
    [{}, 'Shared 2 minutes ago'],
    [{ shared_on: '2026-11-20T11:59:30Z' }, 'Shared just now'],
    [{ shared_on: '2026-11-20T11:58:59Z' }, 'Shared 1 minute ago'],
    [{ shared_on: '2026-11-20T10:50:00Z' }, 'Shared 1 hour ago'],
    [{ shared_on: '2026-11-17T10:50:00Z' }, 'Shared on Tuesday'],
    [{ shared_on: null }, 'Not shared yet'],
    [{ unshared: 3 }, '3 not yet shared'],
    [{ state: 'checking' }, 'Shared 2 minutes ago'],
    [{ state: 'importing', fraction: 0.4, unshared: 3 }, 'Taking in changes… 40%'],
    [{ state: 'importing' }, 'Taking in changes…'],
    [{ state: 'publishing', fraction: 0.999 }, 'Sharing changes… 100%'],
    [{ state: 'problem' }, 'Sharing failed'],
  ])('%j', (change, words) => {
    expect(said(change)).toBe(words);
  });

  it.each(teamProblemCodes)('has words of its own for %s, with what waits', (code) => {
    const problem = { code, message: 'It is so.' };
    const words = said({ state: 'problem', problem });
    expect(words).toMatch(/^[A-Z].{8,}/);
    expect(said({ state: 'checking', problem, unshared: 2 })).toBe(`${words} · 2 not yet shared`);
  });
});
