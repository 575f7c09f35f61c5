import type { TeamProblemCode, TeamStatus } from '../../../src-main/contract/team.ts';
import { formatCount } from '../../lib/count-words.ts';
import { spokenDate } from '../../lib/relative-date.ts';

/** How sharing stands, in one line. */
export interface TeamWords {
  readonly text: string;
  readonly tone: 'calm' | 'waiting' | 'working' | 'problem';
}

/** Short enough for the status bar; the problem's own message says the rest. */
const problemWords: Readonly<Record<TeamProblemCode, string>> = {
  file_missing: 'Team file not found',
  file_not_downloaded: 'Team file still on its way',
  file_foreign: 'Another library’s file lies there',
  file_newer: 'Update Autodoc to share',
  file_damaged: 'Team file damaged',
  file_unreachable: 'Team file out of reach',
  disk_full: 'Disk full, not shared',
  rival_accounts: 'Accounts switched on twice',
  failed: 'Sharing failed',
};

/** Null where the library is not shared. */
export function teamWords(status: TeamStatus, now: Date): TeamWords | null {
  const { state, problem, fraction, shared_on } = status;
  if (state === 'off') return null;
  if (state === 'importing') {
    return { text: `Taking in changes…${percent(fraction)}`, tone: 'working' };
  }
  if (state === 'publishing') {
    return { text: `Sharing changes…${percent(fraction)}`, tone: 'working' };
  }
  const unshared = unsharedWords(status);
  if (state === 'problem' || problem !== null) {
    const words = problemWords[problem?.code ?? 'failed'];
    return { text: [words, unshared].filter(Boolean).join(' · '), tone: 'problem' };
  }
  if (unshared !== null) return { text: unshared, tone: 'waiting' };
  if (shared_on === null) return { text: 'Not shared yet', tone: 'waiting' };
  return { text: `Shared ${spokenDate(shared_on, now)}`, tone: 'calm' };
}

/** `3 not yet shared`; null where nothing waits. */
export function unsharedWords({ unshared }: TeamStatus): string | null {
  return unshared > 0 ? `${formatCount(unshared)} not yet shared` : null;
}

function percent(fraction: number | null): string {
  return fraction === null ? '' : ` ${Math.round(fraction * 100)}%`;
}
