import { readFileSync } from 'node:fs';
import path from 'node:path';

/*
 * The security rules as edits that break them. Each names the test of the security specs that
 * has to notice. Where two layers enforce a rule and hide each other's loss, the edit takes both.
 */

export interface Edit {
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

export interface BrokenRule {
  /** What the application does no longer. */
  readonly rule: string;
  readonly edits: readonly Edit[];
  /** The test that fails. */
  readonly noticedBy: string;
}

const windowFile = 'src-main/app/open-window.ts';
const securityFile = 'src-main/app/security.ts';
const policyFile = 'src-main/app/content-security-policy.ts';
const filesFile = 'src-main/app/renderer-files.ts';
const senderFile = 'src-main/ipc/sender.ts';
const answerFile = 'src-main/ipc/answer.ts';
const linksFile = 'src-main/ipc/links.ts';
const channelsFile = 'src-main/ipc/register-handlers.ts';
const preloadFile = 'src-main/preload.ts';
const mainFile = 'src-main/main.ts';

const broken = (
  rule: string,
  noticedBy: string,
  file: string,
  find: string,
  replace = '',
): BrokenRule => ({ rule, noticedBy, edits: [{ file, find, replace }] });

const isolated = 'the window is isolated, sandboxed and without Node';
const permissions = 'every permission is denied';
const policy = 'every response says what the page may do';
const bridge = 'the bridge lets through the contract’s channels and no other';
const foreignDocument = 'messages from a foreign document are refused';
const links = 'only a person’s click opens a link, and only by https';
const files = 'the application’s protocol serves the window’s files and nothing else';

const directives = [
  `"default-src 'none'",`,
  `"script-src 'self'",`,
  `"img-src 'self'",`,
  `"font-src 'self'",`,
  `"base-uri 'none'",`,
  `"form-action 'none'",`,
  `"frame-ancestors 'none'",`,
  `"require-trusted-types-for 'script'",`,
  `, 'trusted-types svelte-trusted-html'`,
];

const headers = [
  `'x-content-type-options': 'nosniff',`,
  `'referrer-policy': 'no-referrer',`,
  `'cross-origin-opener-policy': 'same-origin',`,
  `'cross-origin-resource-policy': 'same-origin',`,
  `'cache-control': 'no-store',`,
];

export const brokenRules: readonly BrokenRule[] = [
  broken(
    'isolates the preload',
    isolated,
    windowFile,
    'contextIsolation: true',
    'contextIsolation: false',
  ),
  broken(
    'keeps Node out of the page',
    isolated,
    windowFile,
    'nodeIntegration: false',
    'nodeIntegration: true',
  ),
  broken('knows no webview tag', isolated, windowFile, 'webviewTag: false', 'webviewTag: true'),
  broken(
    'opens no dropped file',
    isolated,
    windowFile,
    'navigateOnDragDrop: false',
    'navigateOnDragDrop: true',
  ),
  {
    rule: 'sandboxes its window',
    noticedBy: isolated,
    edits: [
      { file: windowFile, find: 'sandbox: true', replace: 'sandbox: false' },
      { file: mainFile, find: 'app.enableSandbox();', replace: '' },
    ],
  },
  broken(
    'sandboxes every renderer',
    'every renderer is put into the sandbox',
    mainFile,
    'app.enableSandbox();',
  ),

  broken(
    'exposes the bridge alone',
    'the page has the bridge, and nothing of Node or Electron',
    preloadFile,
    "contextBridge.exposeInMainWorld('autodoc', bridge);",
    "contextBridge.exposeInMainWorld('autodoc', bridge); contextBridge.exposeInMainWorld('ipcRenderer', { invoke: ipcRenderer.invoke });",
  ),
  broken('invokes known channels alone', bridge, preloadFile, '!invocable.has(name)', 'false'),
  broken('listens to known events alone', bridge, preloadFile, '!audible.has(name)', 'false'),
  broken(
    'checks every argument',
    'every channel refuses what its schema does not allow',
    answerFile,
    'if (parsed.success) return parsed.output;',
    'if (parsed !== undefined) return input as ChannelPayload<Name>;',
  ),
  broken('checks the sender’s origin', foreignDocument, senderFile, '=== page.origin', "!== ''"),
  broken(
    'checks the sender’s window',
    'messages from a window that the application did not open are refused',
    senderFile,
    'if (!page.isOwnWindow(sender.id)) return false;',
  ),
  broken(
    'checks who sends a link',
    foreignDocument,
    channelsFile,
    'isTrustedSender(event, page) ? parseWebLink(input) : null',
    'parseWebLink(input)',
  ),

  broken('opens links for people alone', links, preloadFile, 'if (event.isTrusted) ', ''),
  broken(
    'opens no link with a password in it',
    links,
    linksFile,
    " || url.username !== '' || url.password !== ''",
  ),
  {
    rule: 'opens links by https alone',
    noticedBy: links,
    edits: [
      { file: preloadFile, find: "target?.protocol !== 'https:'", replace: 'target === null' },
      { file: linksFile, find: "url?.protocol !== 'https:'", replace: 'url === null' },
    ],
  },

  broken(
    'denies permissions that are asked for',
    permissions,
    securityFile,
    'decide(false);',
    'decide(true);',
  ),
  broken(
    'denies permissions that are looked up',
    permissions,
    securityFile,
    'setPermissionCheckHandler(() => false)',
    'setPermissionCheckHandler(() => true)',
  ),
  broken(
    'refuses downloads',
    'nothing is downloaded',
    securityFile,
    "session.on('will-download', (event) => {\n    event.preventDefault();",
    "session.on('will-download', () => {",
  ),
  broken(
    'refuses the network',
    'nothing is fetched from the network',
    securityFile,
    'decide({ cancel: ',
    'decide({ cancel: false && ',
  ),
  broken(
    'refuses navigation',
    'the page stays where it is, whatever it tries',
    securityFile,
    'if (!isReload) event.preventDefault();',
  ),
  broken(
    'refuses redirects',
    'redirects and embedded pages are refused',
    securityFile,
    "contents.on('will-redirect', stay);",
  ),
  broken(
    'refuses embedded pages',
    'redirects and embedded pages are refused',
    securityFile,
    "contents.on('will-attach-webview', (event) => {\n    event.preventDefault();",
    "contents.on('will-attach-webview', () => {",
  ),
  broken(
    'refuses windows',
    'no second window opens',
    securityFile,
    "action: 'deny'",
    "action: 'allow'",
  ),

  ...directives.map((directive) =>
    broken(`says ${directive.replaceAll(/^[", ]+|[", ]+$/g, '')}`, policy, policyFile, directive),
  ),
  broken(
    'allows styles with the nonce alone',
    policy,
    policyFile,
    'development === undefined ?',
    'development !== undefined ?',
  ),
  ...headers.map((header) => broken(`says ${header.slice(0, -1)}`, policy, policyFile, header)),
  broken(
    'draws a nonce for each response',
    policy,
    'src-main/app/app-protocol.ts',
    "randomBytes(16).toString('base64')",
    "Buffer.alloc(16).toString('base64')",
  ),
  broken(
    'serves no file outside its folder',
    files,
    filesFile,
    "if (inside === '' || inside.startsWith('..') || path.isAbsolute(inside)) return null;",
  ),
];

/** Edits that no longer fit the sources, for people; empty when the table is up to date. */
export function misfits(root: string): readonly string[] {
  return brokenRules.flatMap(({ rule, edits }) =>
    edits
      .filter(({ file, find }) => {
        const source = readFileSync(path.join(root, file), 'utf8');
        return source.split(find).length !== 2;
      })
      .map(({ file, find }) => `${rule}: ${file} does not have exactly once: ${find}`),
  );
}
