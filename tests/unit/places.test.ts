import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { applicationHome, placesAt, placesOfStore } from '../../src-main/places.ts';

describe('the application’s own folder', () => {
  it.each([
    ['linux', {}, '/home/ada/.config/Autodoc'],
    ['linux', { XDG_CONFIG_HOME: '/data/config' }, '/data/config/Autodoc'],
    ['linux', { XDG_CONFIG_HOME: '' }, '/home/ada/.config/Autodoc'],
    ['linux', { XDG_CONFIG_HOME: 'relative' }, '/home/ada/.config/Autodoc'],
    ['darwin', {}, '/home/ada/Library/Application Support/Autodoc'],
    ['win32', { APPDATA: '/roaming' }, '/roaming/Autodoc'],
    ['win32', {}, '/home/ada/AppData/Roaming/Autodoc'],
  ] as const)('on %s with %j', (platform, environment, expected) => {
    expect(applicationHome(platform, environment, '/home/ada')).toBe(path.normalize(expected));
  });
});

it('puts a library and its models apart in the application’s folder, together in a given one', () => {
  expect(placesAt('/a').library).toBe(path.normalize('/a/libraries/mine'));
  expect(placesAt('/a').libraries).toEqual({
    directory: path.normalize('/a/libraries'),
    first: 'mine',
    openedFile: path.normalize('/a/opened-library.json'),
  });
  expect(placesAt('/a').models).toBe(path.normalize('/a/models'));
  expect(placesOfStore('/s')).toEqual({
    library: path.resolve('/s'),
    libraries: null,
    models: path.resolve('/s/models'),
    logs: path.resolve('/s/logs'),
  });
});
