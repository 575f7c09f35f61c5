import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { bannedWords, slurs } from '../../../src-main/contract/ban-list.ts';
import { defaultSettings, settingsSchema } from '../../../src-main/contract/settings.ts';

describe('the ban list', () => {
  it('is on by default, with the words that come with Autodoc', () => {
    expect(bannedWords(defaultSettings)).toBe(slurs);
    expect(slurs.length).toBeGreaterThan(100);
  });

  it('can be changed and switched off', () => {
    const own = { ...defaultSettings, ban_list: ['synergy'] };
    expect(bannedWords(own)).toEqual(['synergy']);
    expect(bannedWords({ ...own, is_ban_list_on: false })).toEqual([]);
    expect(bannedWords({ ...own, ban_list: [] })).toEqual([]);
  });

  it('comes with words that the settings would take, each once and in small letters', () => {
    expect(v.is(settingsSchema, { ...defaultSettings, ban_list: slurs })).toBe(true);
    expect(new Set(slurs).size).toBe(slurs.length);
    expect(slurs.filter((word) => word !== word.toLowerCase().trim())).toEqual([]);
  });

  it('is refused where a word is blank or is none', () => {
    for (const word of ['', '  ', 'a\0b', 'x'.repeat(201), 7]) {
      expect(v.is(settingsSchema, { ...defaultSettings, ban_list: [word] })).toBe(false);
    }
  });
});
