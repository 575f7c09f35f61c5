import path from 'node:path';

/** How services name the copy that lost. */
export const conflictStyles = [
  'Dropbox',
  'OneDrive',
  'Syncthing',
  'Nextcloud',
  'Google Drive',
  'iCloud',
] as const;
export type ConflictStyle = (typeof conflictStyles)[number];

/** A name that is not taken yet. */
export function conflictName(
  style: ConflictStyle,
  name: string,
  { machine, nowMs }: { readonly machine: string; readonly nowMs: number },
  isTaken: (name: string) => boolean,
): string {
  const { name: stem, ext } = path.parse(name);
  const stamp = new Date(nowMs).toISOString();
  const day = stamp.slice(0, 10);
  const time = stamp.slice(11, 19).replaceAll(':', '');
  for (let count = 1; ; count += 1) {
    const found = `${named(count)}${ext}`;
    if (!isTaken(found)) return found;
  }

  function named(count: number): string {
    const again = count === 1 ? '' : ` ${count}`;
    switch (style) {
      case 'Dropbox':
        return `${stem} (${machine}'s conflicted copy ${day}${again})`;
      case 'OneDrive':
        return `${stem}-${machine}${count === 1 ? '' : `-${count}`}`;
      case 'Syncthing':
        return `${stem}.sync-conflict-${day.replaceAll('-', '')}-${time}-${deviceOf(machine, count)}`;
      case 'Nextcloud':
        return `${stem} (conflicted copy ${day} ${time}${again})`;
      case 'Google Drive':
        return `${stem} (${count})`;
      case 'iCloud':
        return `${stem} ${count + 1}`;
    }
  }
}

/** Seven letters, as Syncthing shortens its machines' names. */
function deviceOf(machine: string, count: number): string {
  const letters = machine.toUpperCase().replaceAll(/[^A-Z]/g, '');
  return `${letters}${'ABCDEFGHIJK'.charAt(count % 11)}AAAAAAA`.slice(0, 7);
}
