import { describe, expect, it } from 'vitest';
import {
  contentSecurityPolicy,
  securityHeaders,
} from '../../../src-main/app/content-security-policy.ts';

function directivesOf(policy: string): Map<string, readonly string[]> {
  return new Map(
    policy.split('; ').map((directive) => {
      const [name = '', ...sources] = directive.split(' ');
      return [name, sources];
    }),
  );
}

describe('the content security policy', () => {
  const directives = directivesOf(contentSecurityPolicy('abc'));

  it('allows nothing that it does not name', () => {
    expect(directives.get('default-src')).toEqual(["'none'"]);
  });

  it('runs scripts of the application alone: none inline, none from a string', () => {
    expect(directives.get('script-src')).toEqual(["'self'"]);
    expect(directives.get('require-trusted-types-for')).toEqual(["'script'"]);
    expect(directives.get('trusted-types')).toEqual(['svelte-trusted-html']);
  });

  it('takes styles of the application and those with the nonce of the page', () => {
    expect(directives.get('style-src')).toEqual(["'self'", "'nonce-abc'"]);
  });

  it('connects to nothing, posts to nothing and is framed by nobody', () => {
    expect(directives.has('connect-src')).toBe(false);
    for (const name of ['base-uri', 'form-action', 'frame-ancestors']) {
      expect(directives.get(name)).toEqual(["'none'"]);
    }
  });

  it('never says unsafe, nor a source outside the application', () => {
    expect(contentSecurityPolicy('abc')).not.toMatch(/unsafe|https?:|\*|data:|blob:/);
  });

  it('lets the development server in for its socket and nowhere else', () => {
    const development = directivesOf(
      contentSecurityPolicy('abc', { connect: 'ws://127.0.0.1:5173' }),
    );
    expect(development.get('connect-src')).toEqual(["'self'", 'ws://127.0.0.1:5173']);
    expect(development.get('script-src')).toEqual(["'self'"]);
  });
});

describe('the headers of every response', () => {
  it('pin the type, tell no referrer and keep to their own origin', () => {
    expect(securityHeaders('abc')).toMatchObject({
      'content-security-policy': contentSecurityPolicy('abc'),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
  });
});
