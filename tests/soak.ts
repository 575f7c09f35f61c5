import { spawnSync } from 'node:child_process';

/*
 * `npm run test:soak`: everything that `npm test` runs a seeded tenth of, whole. Every part
 * runs even when one before it failed; the table at the end is what a closing note quotes.
 */

const seed = process.env.AUTODOC_SEED ?? String(Math.floor(Math.random() * 2 ** 31));
const environment = { ...process.env, AUTODOC_SOAK: '1', AUTODOC_SEED: seed };
const launcher = ['node', 'src-main/launch/run.cjs'];

const parts: readonly { readonly name: string; readonly command: readonly string[] }[] = [
  { name: 'unit, property, integration', command: ['vitest', 'run'] },
  { name: 'end to end', command: [...launcher, 'tests/e2e/run.ts'] },
  { name: 'end to end, packaged', command: [...launcher, 'tests/e2e/run.ts', '--packaged'] },
  { name: 'broken security rules', command: [...launcher, 'tests/e2e/security-mutations.ts'] },
];

const outcomes = parts.map(({ name, command }) => {
  console.log(`\n# ${name} (seed ${seed})\n`);
  const started = Date.now();
  const [program, ...args] = command;
  const { status } = spawnSync(program!, args, {
    stdio: 'inherit',
    env: environment,
    shell: process.platform === 'win32',
  });
  return {
    part: name,
    passed: status === 0,
    minutes: ((Date.now() - started) / 60_000).toFixed(1),
  };
});

console.log(`\nSoak, seed ${seed}`);
console.table(outcomes);
process.exitCode = outcomes.every(({ passed }) => passed) ? 0 : 1;
