/**
 * When something happened, as short as it stays clear: `14:02` today, `Yesterday, 14:02`,
 * `18 Nov, 14:02` this year, `18 Nov 2025, 14:02` before; in the system's way of writing dates.
 */
export function formatMoment(iso: string, now = new Date()): string {
  const moment = new Date(iso);
  const time = moment.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
  if (isSameDay(moment, now)) return time;
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (isSameDay(moment, yesterday)) return `Yesterday, ${time}`;
  const day = moment.toLocaleDateString(undefined, {
    day: 'numeric',
    month: 'short',
    ...(moment.getFullYear() !== now.getFullYear() && { year: 'numeric' }),
  });
  return `${day}, ${time}`;
}

function isSameDay(one: Date, other: Date): boolean {
  return one.toDateString() === other.toDateString();
}
