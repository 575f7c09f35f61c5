import { ESLint, Linter } from 'eslint';
import { describe, expect, it } from 'vitest';

/* The rules that keep everything but the hub's room from opening a connection do bite. */

const ruleNames = ['no-restricted-imports', 'no-restricted-globals', 'no-restricted-properties'];
const eslint = new ESLint();

/** How often the project's own rules object to a line in a file of ours. */
async function objections(file: string, code: string): Promise<number> {
  const { rules } = (await eslint.calculateConfigForFile(file)) as { rules: Linter.RulesRecord };
  const chosen = Object.fromEntries(ruleNames.map((name) => [name, rules[name] ?? 'off']));
  return new Linter().verify(code, [{ rules: chosen }], { filename: 'file.js' }).length;
}

const lines = [
  `import https from 'node:https'; https.get('');`,
  `import { request } from 'http'; request('');`,
  `import http2 from 'node:http2'; http2.connect('');`,
  `import { connect } from 'node:net'; connect(1);`,
  `import tls from 'node:tls'; tls.connect(1);`,
  `import dgram from 'node:dgram'; dgram.createSocket('udp4');`,
  `import { lookup } from 'node:dns/promises'; lookup('');`,
  `import { fetch as get } from 'undici'; get('');`,
  `import { net } from 'electron'; net.request('');`,
  `fetch('');`,
  `globalThis.fetch('');`,
  `new WebSocket('');`,
  `new window.EventSource('');`,
  `new XMLHttpRequest();`,
  `navigator.sendBeacon('');`,
];

describe.each([
  'src-main/main.ts',
  'src-main/services/downloads.ts',
  'src-main/ipc/answer.ts',
  'src-main/inference/worker/main.ts',
  'src-main/app/keychain.ts',
  'src-main/cli/models.ts',
  'src-renderer/main.ts',
])('in %s', (file) => {
  it.each(lines)('no %s', async (line) => {
    expect(await objections(file, line)).toBe(1);
  });
});

it('the hub’s room may', async () => {
  expect(await objections('src-main/hub/http-get.ts', lines[0]!)).toBe(0);
});

it('what opens none is not objected to', async () => {
  expect(await objections('src-main/main.ts', `import path from 'node:path'; path.sep;`)).toBe(0);
});
