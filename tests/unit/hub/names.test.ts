import { describe, expect, it } from 'vitest';
import { parseEndpoint } from '../../../src-main/hub/endpoint.ts';
import { ownName, parseReference } from '../../../src-main/hub/repository-name.ts';

const refused = expect.objectContaining({ code: 'invalid_input' }) as unknown;

describe('a hub’s address', () => {
  it.each([
    [undefined, 'https://huggingface.co', true],
    ['', 'https://huggingface.co', true],
    [' https://hub.example/ ', 'https://hub.example', true],
    ['https://mirror.example/hf/', 'https://mirror.example/hf', true],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080', true],
    ['http://localhost:1', 'http://localhost:1', true],
    ['http://[::1]:1', 'http://[::1]:1', true],
    ['http://hub.example', 'http://hub.example', false],
    ['http://127.0.0.1.example', 'http://127.0.0.1.example', false],
  ])('%s', (given, url, isPrivate) => {
    expect(parseEndpoint(given)).toMatchObject({ url, isPrivate });
  });

  it.each([
    'huggingface.co',
    'ftp://huggingface.co',
    'file:///etc/passwd',
    'https://ada:secret@hub.example',
    'https://hub.example/?q=1',
    'https://hub.example/#top',
  ])('%s is refused', (given) => {
    expect(() => parseEndpoint(given)).toThrow(refused);
  });

  it('is not repeated where it holds a password', () => {
    expect(() => parseEndpoint('https://ada:secret@hub.example')).toThrow(/^((?!secret).)*$/);
  });
});

describe('a repository', () => {
  const hub = parseEndpoint(undefined);

  it.each([
    ['gpt2', null, 'gpt2', 'main', 'gpt2'],
    ['openai-community/gpt2-xl', null, 'openai-community/gpt2-xl', 'main', 'gpt2-xl'],
    ['https://huggingface.co/a/b.c_d/', 'v1.0', 'a/b.c_d', 'v1.0', 'b.c_d'],
    ['a/b', 'refs/pr/1', 'a/b', 'refs/pr/1', 'b'],
  ])('%s at %s', (name, revision, repository, chosen, own) => {
    expect(parseReference(name, revision, hub)).toEqual({ repository, revision: chosen });
    expect(ownName(repository)).toBe(own);
  });

  it.each([
    ['', null],
    ['/', null],
    ['..', null],
    ['../b', null],
    ['a/..', null],
    ['a/b/c', null],
    ['a//b', null],
    ['a/.b', null],
    ['a/b-', null],
    ['a/b--c', null],
    ['a/b..c', null],
    ['a\\b', null],
    ['a/b?x', null],
    ['a/b%2F', null],
    ['a/b\n', null],
    ['https://evil.example/a/b', null],
    [`a/${'b'.repeat(97)}`, null],
    ['a/b', ''],
    ['a/b', '../main'],
    ['a/b', 'x//y'],
    ['a/b', 'x/'],
    ['a/b', '/x'],
    ['a/b', 'x y'],
    ['a/b', 'x?y'],
    ['a/b', '-x'],
    ['a/b', 'x'.repeat(201)],
  ])('%j at %j is refused', (name, revision) => {
    expect(() => parseReference(name, revision, hub)).toThrow(refused);
  });
});
