const dayAndMonth = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/**
 * When something happened, to the minute and as short as it stays clear: `14:02` today,
 * `Yesterday, 14:02`, `18 Nov, 14:02` this year, `18 Nov 2025, 14:02` before. The clock is
 * written as the system writes it.
 */
export function formatMoment(isoTime: string, now = new Date()): string {
  const moment = new Date(isoTime);
  const time = moment.toLocaleTimeString(undefined, { hour: 'numeric', minute: '2-digit' });
  if (isSameDay(moment, now)) return time;
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (isSameDay(moment, yesterday)) return `Yesterday, ${time}`;
  const day = dayAndMonth.format(moment);
  const year = moment.getFullYear();
  return year === now.getFullYear() ? `${day}, ${time}` : `${day} ${year}, ${time}`;
}

function isSameDay(one: Date, other: Date): boolean {
  return one.toDateString() === other.toDateString();
}
