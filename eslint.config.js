import prettier from 'eslint-config-prettier';
import svelte from 'eslint-plugin-svelte';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import typescript from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** Raw IPC has one place on each side of the wall; everything else goes through the contract. */
const rawIpc = {
  group: ['electron'],
  importNames: ['ipcMain', 'ipcRenderer', 'contextBridge'],
  message: 'Raw IPC lives in src-main/ipc and src-main/preload.ts alone; use the contract.',
};

/** Nothing opens a connection but the hub's room, and that when a person asks. */
const networkMessage = 'Only src-main/hub opens connections, when a person asks for a model.';
const network = [
  {
    regex: '^(node:)?(http|https|http2|net|tls|dgram|dns)(/.*)?$|^undici$',
    message: networkMessage,
  },
  { group: ['electron'], importNames: ['net'], message: networkMessage },
];
const networkGlobals = ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'];

export default defineConfig(
  globalIgnores([
    'out/',
    'release/',
    'test-results/',
    'playwright-report/',
    'coverage/',
    'tests/bench/node_modules/',
    '**/generated/',
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts', '**/*.svelte', '**/*.svelte.ts'],
    extends: [typescript.configs.strictTypeChecked, typescript.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: [
          'tsconfig.node.json',
          'tsconfig.preload.json',
          'tsconfig.e2e.json',
          'tsconfig.renderer.json',
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // A number in a template is what a template is for.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      // A field taken out of an object by destructuring is named with an underscore.
      '@typescript-eslint/no-unused-vars': [
        'error',
        { varsIgnorePattern: '^_', argsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      // Typed arrays are indexed in loops: an index is clearer than an iterator there.
      '@typescript-eslint/prefer-for-of': 'off',
      // With noUncheckedIndexedAccess a bound that is known needs saying: arr[i]!.
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-restricted-imports': ['error', { patterns: [rawIpc, ...network] }],
      'no-restricted-globals': [
        'error',
        ...networkGlobals.map((name) => ({ name, message: networkMessage })),
      ],
      'no-restricted-properties': [
        'error',
        ...['globalThis', 'window', 'self'].flatMap((object) =>
          networkGlobals.map((property) => ({ object, property, message: networkMessage })),
        ),
        { object: 'navigator', property: 'sendBeacon', message: networkMessage },
      ],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['src-main/ipc/**', 'src-main/preload.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: network }] },
  },
  {
    files: ['src-main/hub/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [rawIpc] }] },
  },
  {
    files: ['tests/**'],
    rules: {
      'no-restricted-imports': 'off',
      'no-restricted-globals': 'off',
      'no-restricted-properties': 'off',
    },
  },
  {
    files: ['src-main/launch/**', 'tests/**', '*.config.*'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    extends: [svelte.configs.recommended, svelte.configs.prettier],
    languageOptions: {
      globals: globals.browser,
      parserOptions: {
        parser: typescript.parser,
        extraFileExtensions: ['.svelte'],
        svelteConfig,
      },
    },
    rules: {
      'svelte/no-at-html-tags': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'SvelteAttribute[key.name="style"]',
          message: 'The strict CSP drops a style attribute in markup; use a class or style:name.',
        },
      ],
      'svelte/require-each-key': 'error',
    },
  },
  {
    // typescript-eslint sees `any` where a component is imported or a snippet has parameters.
    // svelte-check knows those types, and checks them.
    files: ['**/*.svelte', 'src-renderer/features/editor/parts/find-panel.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/restrict-plus-operands': 'off',
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: { globals: globals.node },
  },
  prettier,
);
