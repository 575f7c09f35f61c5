import { describe, expect, it } from 'vitest';
import { parseWebLink } from '../../../src-main/ipc/links.ts';

describe('parseWebLink', () => {
  it('takes https', () => {
    expect(parseWebLink('https://huggingface.co/gpt2?x=1#y')).toBe(
      'https://huggingface.co/gpt2?x=1#y',
    );
  });

  it.each([
    'http://example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'app://autodoc/index.html',
    'ms-msdt:/id',
    'smb://host/share',
    'https://user:password@example.com/',
    'https://user@example.com/',
    'https://',
    '//example.com',
    'example.com',
    '',
    `https://example.com/${'a'.repeat(2_048)}`,
    null,
    undefined,
    7,
    { href: 'https://example.com' },
    ['https://example.com'],
  ])('refuses anything else: %j', (input) => {
    expect(parseWebLink(input)).toBeNull();
  });
});
