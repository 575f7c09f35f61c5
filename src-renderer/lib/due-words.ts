const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'long' });
const dayAndMonth = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const wholeDay = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full' });

const dayMs = 24 * 60 * 60_000;

interface DueWords {
  /** `today`, `tomorrow`, `Friday`, `24 Dec`, `3 days late`. */
  readonly label: string;
  /** The day in full: `Thursday 24 December 2026`. */
  readonly title: string;
  readonly isOverdue: boolean;
  /** Today or tomorrow. */
  readonly isSoon: boolean;
}

/**
 * When something is due, as a person says it. `dueOn` is a day of the calendar, `2026-12-24`;
 * what is done (`isDone`) is neither late nor soon.
 */
export function dueWords(dueOn: string, now: Date, isDone: boolean): DueWords {
  const day = calendarDay(dueOn);
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  // Rounded, since a day may have 23 or 25 hours.
  const days = Math.round((day.getTime() - today.getTime()) / dayMs);
  return {
    label: days < 0 && !isDone ? lateLabel(-days) : dayLabel(day, days, now),
    title: wholeDay.format(day),
    isOverdue: days < 0 && !isDone,
    isSoon: (days === 0 || days === 1) && !isDone,
  };
}

function lateLabel(days: number): string {
  if (days === 1) return '1 day late';
  return days < 60 ? `${days} days late` : `${Math.floor(days / 30)} months late`;
}

function dayLabel(day: Date, days: number, now: Date): string {
  if (days === 0) return 'today';
  if (days === 1) return 'tomorrow';
  if (days === -1) return 'yesterday';
  if (days > 1 && days < 7) return weekday.format(day);
  const label = dayAndMonth.format(day);
  return day.getFullYear() === now.getFullYear() ? label : `${label} ${day.getFullYear()}`;
}

/** Midnight of that day where the person is; `new Date('2026-12-24')` would be midnight in UTC. */
function calendarDay(day: string): Date {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date);
}
