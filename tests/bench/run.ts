import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { devices } from '../../src-main/contract/models.ts';
import { ensureBuilt } from '../../src-main/launch/build.ts';
import { checkContestants } from './check.ts';
import { contendersFor, type Choice, type Contender } from './contenders.ts';
import { measureFirstDraft } from './first-draft.ts';
import { growthJobs, mainJobs, type Job } from './jobs.ts';
import { measureLists } from './lists/measure-lists.ts';
import { listRowSchema, listTableOf } from './lists/rows.ts';
import { measureJobs, measureLoading, type Course } from './measure.ts';
import { modelSources, prepareBenchModel, type BenchModel } from './models.ts';
import { installPeers } from './peers.ts';
import { rowSchema, type Row } from './rows.ts';
import { loadNow, saveResults } from './save.ts';
import { tableOf } from './table.ts';
import { measureTeam } from './team/measure-team.ts';
import { teamRowSchema, teamTableOf } from './team/rows.ts';
import { engineThreads } from './threads.ts';

// `npm run bench`: what the engine costs, against others on the same machine in the same run, and
// what lists and a team's file cost.
// README.md beside this file says what is compared, and how.

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: true },
    device: { type: 'string', multiple: true, default: ['cpu'] },
    model: { type: 'string', multiple: true },
    job: { type: 'string', multiple: true },
    variant: { type: 'string', multiple: true },
    rounds: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
  allowNegative: true,
});

const start = performance.now();
const seconds = () => Math.round((performance.now() - start) / 1000);
/** Standard output is for the results. */
const say = (line: string) => process.stderr.write(`[${seconds()} s] ${line}\n`);

const count = v.pipe(v.string(), v.transform(Number), v.integer(), v.minValue(1));
const threads = engineThreads();
const quickMs = 100_000;
const [quickTurnMs, turnMs] = [20_000, 300_000];
const [quickListRounds, listRounds] = [20, 100];
const roundsAsked = options.rounds === undefined ? null : v.parse(count, options.rounds);
const minRounds = roundsAsked ?? (options.quick ? 1 : 7);

const loadBefore = loadNow();
if (loadBefore > 0.5)
  say(`!!! Others keep this machine busy (load ${loadBefore}): trust no time, and ratios little`);

if (options.check) {
  process.exit((await checkContestants(threads, await setUpEngine(), say)) ? 0 : 1);
}
const isWanted = (name: string) => options.job?.includes(name) ?? true;
const withoutEngine = ['lists', 'team'];
const isForEngine = options.job?.some((name) => !withoutEngine.includes(name)) ?? true;
// Who names a model asks for the engine's jobs: the others have nothing to do with it.
const isForStore = (name: string) =>
  isWanted(name) && (options.model === undefined || !isForEngine);

const rounds = roundsAsked ?? (options.quick ? quickListRounds : listRounds);
const lists = isForStore('lists') ? await measureLists({ rounds, say }) : [];
const team = isForStore('team') ? await measureTeam({ isQuick: options.quick, say }) : [];
const rows = isForEngine ? await measureEngine() : [];
const results = v.parse(v.array(v.union([rowSchema, listRowSchema, teamRowSchema])), [
  ...lists,
  ...team,
  ...rows,
]);
if (options.json) console.log(JSON.stringify(results, null, 2));
else {
  const tables = [listTableOf(lists), teamTableOf(team), tableOf(rows)];
  console.log(tables.filter(Boolean).join('\n\n'));
}
if (options.save) {
  const command = ['npm run bench --', ...process.argv.slice(2)].join(' ');
  say(`Saved as ${await saveResults(results, { command, threads, loadBefore })}`);
}
say('Done');

/** Answers whether the peers are there. */
async function setUpEngine(): Promise<boolean> {
  await ensureBuilt({ targets: ['main'], onBuild: () => say('Building the engine') });
  return options.peers && (await peersAreThere());
}

async function measureEngine(): Promise<Row[]> {
  const choice = {
    devices: v.parse(v.array(v.picklist(devices)), options.device),
    threads,
    withPeers: await setUpEngine(),
  };
  const models: BenchModel[] = [];
  for (const source of modelSources) {
    const isChosen = options.model?.includes(source.name) ?? !(options.quick && source.isLarge);
    if (isChosen) models.push(await prepareBenchModel(source, say));
  }
  if (seconds() > 2) say('Set up; what was written stays for the next run');

  const deadline = options.quick ? performance.now() + quickMs : Infinity;
  const found: Row[] = [];
  for (const [index, model] of models.entries()) {
    const left = deadline - performance.now();
    const modelDeadline = performance.now() + left / (models.length - index);
    found.push(...(await measure(model, choice, modelDeadline)));
  }
  return found;
}

async function measure(model: BenchModel, choice: Choice, modelDeadline: number): Promise<Row[]> {
  const contenders = (await contendersFor(model, choice)).filter(takesPart);
  const course: Course = {
    threads,
    seed: v.parse(count, options.seed),
    minRounds,
    maxRounds: roundsAsked ?? (options.quick ? 5 : minRounds),
    deadline: modelDeadline,
    turnLimitMs: options.quick ? quickTurnMs : turnMs,
    say,
  };
  const found: Row[] = [];
  if (isWanted('first-draft') && model.reference.card.source.endsWith('starter')) {
    found.push(...(await measureFirstDraft(model, course)));
  }
  if (isWanted('load')) {
    const loadingShare = 0.1;
    const now = performance.now();
    const loadDeadline = now + loadingShare * (modelDeadline - now);
    found.push(...(await measureLoading(model, contenders, { ...course, deadline: loadDeadline })));
  }
  const jobs = options.quick ? mainJobs : fullJobs(model);
  const wanted = jobs.filter(({ name }) => isWanted(name));
  if (wanted.length > 0) found.push(...(await measureJobs(model, contenders, wanted, course)));
  return found;
}

/** A large model is there to show how cost grows with size. */
function fullJobs({ isLarge }: BenchModel): readonly Job[] {
  const growing = ['greedy-100', 'keystroke-512'];
  return [...mainJobs.filter(({ name }) => !isLarge || growing.includes(name)), ...growthJobs];
}

function takesPart({ contestant: { label }, isForFullRun }: Contender): boolean {
  return options.variant?.includes(label) ?? !(options.quick && isForFullRun);
}

async function peersAreThere(): Promise<boolean> {
  const problem = await installPeers(say);
  if (problem !== null) say(`!!! NO PEERS, ratios to them are null: ${problem}`);
  return problem === null;
}
