import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build, type Plugin } from 'vite';
import { ensureBuilt } from '../../src-main/launch/build.ts';
import { obtainChromium } from './chromium.ts';
import { brokenRules, misfits, type BrokenRule, type Edit } from './security-rules.ts';

/*
 * Breaks the security rules one by one and looks whether the test that guards each one fails:
 * a rule whose loss nobody notices is not tested. Builds each broken application aside; the
 * sources stay as they are.
 *
 *     node tests/e2e/security-mutations.ts [part of a rule's name]
 */

const root = path.resolve(import.meta.dirname, '../..');
/** Passes whatever is broken: an application that does not even start proves nothing. */
const control = 'a frame inside the page has no bridge';

type Outcome = 'noticed' | 'not noticed' | 'does not start';

process.chdir(root);
const stale = misfits(root);
if (stale.length > 0) throw new Error(stale.join('\n'));
process.env.AUTODOC_CHROMIUM = obtainChromium();
await ensureBuilt();

const wanted = process.argv[2] ?? '';
const results: { rule: string; outcome: Outcome }[] = [];
for (const broken of brokenRules.filter(({ rule }) => rule.includes(wanted))) {
  const outcome = await tryBroken(broken);
  console.log(`${outcome === 'noticed' ? '✓' : '✘'} ${broken.rule}: ${outcome}`);
  results.push({ rule: broken.rule, outcome });
}
const missed = results.filter(({ outcome }) => outcome !== 'noticed');
console.log(`${results.length - missed.length} of ${results.length} broken rules were noticed.`);
process.exitCode = missed.length === 0 && results.length > 0 ? 0 : 1;

async function tryBroken({ edits, noticedBy }: BrokenRule): Promise<Outcome> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'autodoc-broken-'));
  try {
    mkdirSync(path.join(directory, 'out'));
    for (const shared of ['package.json', 'node_modules', 'resources']) {
      symlinkSync(path.join(root, shared), path.join(directory, shared));
    }
    // A link would lead the main script back to the whole bundles beside it.
    cpSync(path.join(root, 'out/renderer'), path.join(directory, 'out/renderer'), {
      recursive: true,
    });
    for (const target of ['main', 'preload']) {
      const isEdited = edits.some(({ file }) => targetOf(file) === target);
      if (!isEdited) {
        const whole = path.join(root, 'out', target);
        cpSync(whole, path.join(directory, 'out', target), { recursive: true });
        continue;
      }
      await build({
        configFile: path.join(root, `vite.${target}.config.ts`),
        logLevel: 'error',
        plugins: [applying(edits)],
        build: { outDir: path.join(directory, 'out', target), sourcemap: false, minify: false },
      });
    }
    const status = runTests(directory, noticedBy);
    if (status.get(control) !== 'expected') return 'does not start';
    return status.get(noticedBy) === 'unexpected' ? 'noticed' : 'not noticed';
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function targetOf(file: string): string {
  return file === 'src-main/preload.ts' ? 'preload' : 'main';
}

/** Makes the edits while Vite reads the files. */
function applying(edits: readonly Edit[]): Plugin {
  return {
    name: 'break-a-rule',
    enforce: 'pre',
    transform: (code, id) =>
      edits
        .filter(({ file }) => path.join(root, file) === id)
        .reduce((edited, { find, replace }) => edited.replace(find, () => replace), code),
  };
}

/** What Playwright says of the guarding test and of the control, by title. */
function runTests(appDirectory: string, title: string): Map<string, string> {
  const titles = [title, control].map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const { stdout } = spawnSync(
    process.execPath,
    [
      path.join(root, 'node_modules/@playwright/test/cli.js'),
      'test',
      'security-(window|messages)',
      '--reporter=json',
      `--grep=(${titles.join('|')})$`,
    ],
    {
      encoding: 'utf8',
      env: { ...process.env, AUTODOC_APP_DIR: appDirectory },
      maxBuffer: 2 ** 26,
    },
  );
  const report = JSON.parse(stdout) as Report;
  return new Map(
    report.suites.flatMap(({ specs }) =>
      specs.map(({ title: name, tests }) => [name, tests[0]?.status ?? 'none'] as const),
    ),
  );
}

/** The parts of Playwright's JSON report that are read here. */
interface Report {
  readonly suites: readonly {
    readonly specs: readonly {
      readonly title: string;
      readonly tests: readonly { readonly status: string }[];
    }[];
  }[];
}
