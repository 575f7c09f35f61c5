import { parseArgs } from 'node:util';
import { mutants, type MutantName } from './mutants.ts';
import { runSchedules, tellFailure, tellSummary } from './run-schedules.ts';

/*
 * Plays schedules from the command line: `node tests/simulator/run.ts --seed N [--count N]
 * [--verbose] [--mutant NAME]`. The exit status says whether everything held.
 */

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '1' },
    failures: { type: 'string', default: '3' },
    verbose: { type: 'boolean', default: false },
    mutant: { type: 'string' },
  },
});

const first = Number(values.seed);
const started = performance.now();
const summary = await runSchedules({
  seeds: Array.from({ length: Number(values.count) }, (_, at) => first + at),
  mostFailures: Number(values.failures),
  ...(values.mutant !== undefined && { createSync: mutants[values.mutant as MutantName] }),
  onReport: (report, soFar) => {
    if (soFar.schedules % 100 === 0) console.log(tellSummary(soFar));
    if (values.verbose) console.log(report.trace.join('\n'));
    if (report.problems.length > 0) console.log(`${tellFailure(report)}\n`);
  },
});
const seconds = (performance.now() - started) / 1000;
console.log(`${tellSummary(summary)}; ${seconds.toFixed(1)} s`);
console.table(Object.fromEntries([...summary.steps].sort()));
process.exitCode = summary.failures.length === 0 ? 0 : 1;
