const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'long' });
const dayAndMonth = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/**
 * How long ago something was, as a person says it: `just now`, `5 min ago`, `3 h ago`,
 * `yesterday`, `Tuesday`, `3 Nov`, `3 Nov 2024`. Days are those of the person's own calendar.
 */
export function relativeDate(isoTime: string, now: Date): string {
  const then = new Date(isoTime);
  const ageMs = now.getTime() - then.getTime();
  const days = daysBetween(then, now);
  // A clock that runs ahead elsewhere does not make things happen in the future.
  if (ageMs < minuteMs) return 'just now';
  if (ageMs < hourMs) return `${Math.floor(ageMs / minuteMs)} min ago`;
  if (days === 0) return `${Math.floor(ageMs / hourMs)} h ago`;
  if (days === 1) return 'yesterday';
  if (days < 7) return weekday.format(then);
  const year = then.getFullYear();
  const day = dayAndMonth.format(then);
  return year === now.getFullYear() ? day : `${day} ${year}`;
}

/**
 * The same in whole words, for a sentence: `just now`, `1 minute ago`, `3 hours ago`, `yesterday`,
 * `on Tuesday`, `on 3 Nov`.
 */
export function spokenDate(isoTime: string, now: Date): string {
  const said = relativeDate(isoTime, now);
  const [, count, unit] = /^(\d+) (min|h) ago$/.exec(said) ?? [];
  if (count !== undefined) {
    const word = unit === 'h' ? 'hour' : 'minute';
    return `${count} ${word}${count === '1' ? '' : 's'} ago`;
  }
  return ['just now', 'yesterday'].includes(said) ? said : `on ${said}`;
}

/** Midnights between two moments; rounded, since a day may have 23 or 25 hours. */
function daysBetween(earlier: Date, later: Date): number {
  const midnight = (date: Date): number =>
    new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  return Math.round((midnight(later) - midnight(earlier)) / (24 * hourMs));
}
