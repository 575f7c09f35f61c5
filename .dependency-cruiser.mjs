/*
 * The map of the house as data: which room may import which. Every room is listed with what
 * it may reach; everything else is an error. Sees into .svelte files too.
 */

const main = 'src-main';
const renderer = 'src-renderer';

/** Room → what it may import: folders of ours (regular expressions) and packages. */
const rooms = [
  {
    name: 'contract',
    path: `^${main}/contract/`,
    may: [`^${main}/contract/`],
    packages: ['valibot'],
  },
  {
    name: 'access',
    path: `^${main}/access/`,
    may: [`^${main}/(access|contract)/`],
    packages: [],
  },
  {
    name: 'logging',
    path: `^${main}/logging/`,
    may: [`^${main}/(logging|contract)/`],
    packages: ['electron-log'],
  },
  {
    name: 'generation',
    path: `^${main}/inference/generation/`,
    may: [`^${main}/(inference/generation|contract)/`],
    packages: [],
  },
  {
    name: 'inference',
    path: `^${main}/inference/(?!generation/)`,
    may: [`^${main}/(inference|contract|logging)/`],
    packages: [
      'onnxruntime-node',
      'onnxruntime-common',
      '@huggingface/tokenizers',
      '@bufbuild/protobuf',
      'valibot',
    ],
  },
  {
    name: 'hub',
    path: `^${main}/hub/`,
    may: [`^${main}/(hub|contract|logging)/`],
    packages: ['valibot'],
  },
  {
    name: 'migrations',
    path: '^migrations/',
    may: ['^migrations/'],
    packages: ['kysely'],
  },
  {
    name: 'store',
    path: `^${main}/store/`,
    may: [`^${main}/(store|access|contract|logging)/`, '^migrations/'],
    packages: ['kysely', 'better-sqlite3', '@types/better-sqlite3', 'uuidv7', 'valibot', 'diff'],
  },
  {
    name: 'sync',
    path: `^${main}/sync/`,
    may: [`^${main}/(sync|store|contract|logging)/`],
    packages: ['chokidar', 'valibot'],
  },
  {
    name: 'services',
    path: `^${main}/services/`,
    may: [
      `^${main}/(services|store|sync|access|hub|contract|logging)/`,
      `^${main}/inference/client/`,
    ],
    packages: ['valibot', 'uuidv7', 'csv-parse'],
  },
  {
    name: 'ipc',
    path: `^${main}/ipc/`,
    may: [`^${main}/(ipc|services|access|contract|logging)/`],
    packages: ['electron', 'valibot'],
  },
  {
    name: 'app and preload',
    path: `^${main}/(app/|preload\\.ts$)`,
    may: [`^${main}/(app|contract|logging)/`],
    packages: ['electron', 'valibot'],
  },
  {
    name: 'launch',
    path: `^${main}/launch/`,
    may: [`^${main}/(launch|contract)/`, '^tests/electron-stand-in/chromium/'],
    packages: ['vite'],
  },
  {
    name: 'renderer ui and lib',
    path: `^${renderer}/(ui|lib)/`,
    may: [`^${renderer}/(ui|lib)/`],
    packages: ['.*'],
  },
  {
    name: 'renderer ipc',
    path: `^${renderer}/ipc/`,
    may: [`^${renderer}/ipc/`, `^${main}/contract/`],
    packages: [],
  },
];

const roomRules = rooms.flatMap(({ name, path, may, packages }) => [
  {
    name: `${name}: only the rooms it may enter`,
    severity: 'error',
    from: { path },
    to: { path: `^(${main}|${renderer}|migrations|tests|resources)/`, pathNot: may },
  },
  {
    name: `${name}: only the packages it may use`,
    severity: 'error',
    from: { path },
    to: {
      path: 'node_modules/',
      ...(packages.length > 0 && {
        pathNot: packages.map((name) => `node_modules/${name}(/|$)`),
      }),
    },
  },
]);

export default {
  forbidden: [
    ...roomRules,
    {
      name: 'a feature imports ui, lib, ipc/client and the contract',
      severity: 'error',
      from: { path: `^${renderer}/features/` },
      to: {
        path: `^(${main}|${renderer}|migrations|tests)/`,
        pathNot: [
          `^${renderer}/(ui|lib|features)/`,
          `^${renderer}/ipc/client\\.ts$`,
          `^${main}/contract/`,
        ],
      },
    },
    {
      name: 'a feature never imports a sibling',
      severity: 'error',
      from: { path: `^${renderer}/features/([^/]+)/` },
      to: { path: `^${renderer}/features/`, pathNot: `^${renderer}/features/$1/` },
    },
    {
      name: 'the window reaches the main process by the contract alone',
      severity: 'error',
      from: { path: `^${renderer}/` },
      to: { path: `^(${main}/(?!contract/)|migrations/)` },
    },
    {
      name: 'the window has neither Node nor Electron',
      severity: 'error',
      from: { path: `^${renderer}/` },
      to: { path: '(^|node_modules/)(electron|better-sqlite3|onnxruntime-node|kysely)(/|$)' },
    },
    {
      name: 'the window has no Node modules',
      severity: 'error',
      from: { path: `^${renderer}/` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'the product never imports tests',
      severity: 'error',
      from: { path: `^(${main}/(?!launch/)|${renderer}|migrations)` },
      to: { path: '^tests/' },
    },
    {
      name: 'only the hub opens connections',
      severity: 'error',
      from: { path: `^(${main}|${renderer}|migrations)/`, pathNot: `^${main}/hub/` },
      to: { dependencyTypes: ['core'], path: '^(node:)?(http|https|http2|net|tls|dgram|dns)(/|$)' },
    },
    { name: 'no cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'every import resolves',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^electron$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    extraExtensionsToScan: [],
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'svelte', 'types', 'node', 'default'],
      extensions: ['.ts', '.svelte', '.js', '.cjs', '.mjs', '.json', '.css'],
    },
  },
};
