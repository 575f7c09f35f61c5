import { describe, expect, it } from 'vitest';
import { isConflictName } from '../../../src-main/sync/conflict-names.ts';

const target = 'Our team.db';
const host = 'ada-pc.local';
const isConflict = (name: string) => isConflictName(name, target, host);

describe('the name of a conflict copy', () => {
  it.each([
    // Dropbox
    "Our team (Ada's conflicted copy 2026-11-29).db",
    "Our team (Ada's conflicted copy 2026-11-29 (1)).db",
    'Our team (ada-pc conflicted copy 2026-11-29).db',
    "Our team (Ada's conflicted copy 2026-11-29) (1).db",
    'Our team (In Konflikt stehende Kopie von Ada 2026-11-29).db',
    'Our team (Copie en conflit de Ada 2026-11-29).db',
    'Our team (Copia en conflicto de Ada 2026-11-29).db',
    'Our team (Copia in conflitto di Ada 2026-11-29).db',
    'Our team (конфликтующая копия с ПК Ада 2026-11-29).db',
    'Our team (Ada の競合コピー 2026-11-29).db',
    'Our team (Case Conflict).db',
    'Our team (Selective Sync Conflict).db',
    // Nextcloud, ownCloud
    'Our team (conflicted copy 2026-11-29 101500).db',
    'Our team (conflicted copy ada 2026-11-29 101500).db',
    'Our team_conflict-20261129-101500.db',
    // Syncthing
    'Our team.sync-conflict-20261129-101500-ABCDEFG.db',
    // Seafile
    'Our team (SFConflict ada@example.org 2026-11-29-10-15-00).db',
    // OneDrive: this machine, and machines with the names they are sold with
    'Our team-ada-pc.db',
    'Our team-ADA-PC-2.db',
    'Our team-DESKTOP-4F6G7H8.db',
    'Our team-LAPTOP-1A2B3C4D-2.db',
    'Our team-Bens-MacBook-Pro.db',
    // Google Drive, Box; iCloud Drive; pCloud; Resilio
    'Our team (1).db',
    'Our team(1).db',
    'Our team 2.db',
    'Our team [conflicted].db',
    'Our team [conflicted 2].db',
    'Our team.Conflict.db',
    'Our team.db (conflicted copy 2026-11-29)',
  ])('%s', (name) => {
    expect(isConflict(name)).toBe(true);
  });

  it.each([
    target,
    'Our team backup.db',
    'Our team copy.db',
    'Our team (backup).db',
    'Our team (vor dem Konflikt mit Ben).db',
    'Our team (before the conflict with Ben).db',
    'Our team-2026-11-29.db',
    'Our team-backup.db',
    'Our team 2026.db',
    'Our team (2026).db',
    'Our team.db.bak',
    'Our team 2.db.bak',
    'Other team (1).db',
    'Our team.sqlite',
    'team (1).db',
    'Our teams 2.db',
    '.~team-0123456789abcdef.tmp',
  ])('is not %s', (name) => {
    expect(isConflict(name)).toBe(false);
  });

  it('is told by this machine’s own name, whatever it is', () => {
    expect(isConflictName('team-backup.db', 'team.db', 'backup')).toBe(true);
    expect(isConflictName('team-backup.db', 'team.db', '')).toBe(false);
    expect(isConflictName('team (1)', 'team', '')).toBe(true);
  });
});
