import { describe, expect, it } from 'vitest';
import { passwordStrength } from '../../../../src-renderer/lib/password-strength.ts';

const about = ['Ada Lovelace', 'ada.lovelace@example.org'];
const strength = (password: string) => passwordStrength(password, about, 10);

describe('the strength of a password', () => {
  it('accepts none that is too short, and says how long it has to be', () => {
    expect(strength('xK#9!pQ')).toEqual({
      level: 0,
      words: 'Too short',
      advice: 'A password has at least 10 characters.',
    });
  });

  it.each([
    ['aaaaaaaaaaaaaaaa', 'repeats'],
    ['abcdefghijklmnop', 'repeats'],
    ['qwertyuiop', 'repeats'],
    ['9876543210', 'repeats'],
    ['grasgrasgrasgras', 'repeats'],
    ['password123', 'many passwords'],
    ['P@ssw0rd2026', 'many passwords'],
    ['Lovelace1815', 'your name'],
    ['ada.lovelace@example', 'your name'],
  ])('calls %s weak, and says why', (password, reason) => {
    const { level, advice } = strength(password);
    expect(level).toBe(1);
    expect(advice).toContain(reason);
  });

  it('asks for more where nothing else is wrong with it', () => {
    expect(strength('zbwkgmrtfu').advice).toContain('Longer is stronger');
  });

  it.each([
    'correct horse battery',
    'mower-Tuesday-glue-91',
    'xK#9!pQw7_vLm',
    'ленивый кот на крыше',
  ])('calls %s good or strong, and has no advice', (password) => {
    const { level, advice } = strength(password);
    expect(level).toBeGreaterThanOrEqual(3);
    expect(advice).toBeNull();
  });

  it('never falls when a character is added that follows from nothing', () => {
    let before = 0;
    for (let length = 10; length < 24; length++) {
      const { level } = strength('kq7Zm!x2Wv9pRt4bYs8dLf3g'.slice(0, length));
      expect(level).toBeGreaterThanOrEqual(before);
      before = level;
    }
    expect(before).toBe(4);
  });

  it('takes a short name for no reason', () => {
    expect(passwordStrength('bo bought a boat today', ['Bo'], 10).level).toBe(4);
  });
});
