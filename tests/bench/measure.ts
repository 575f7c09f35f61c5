import { setTimeout } from 'node:timers/promises';
import { childContestant } from './contestants/child.ts';
import { memoryBytes } from './contestants/memory.ts';
import type { Contestant, Outcome, Task } from './contestants/task.ts';
import type { Contender } from './contenders.ts';
import { promptMaker, warmUp, type Job } from './jobs.ts';
import type { BenchModel } from './models.ts';
import { peakRssMib, resetPeak } from './process-memory.ts';
import { toRows, type Measured, type Row } from './rows.ts';
import { shuffled } from './statistics.ts';

export interface Course {
  readonly threads: number;
  readonly seed: number;
  readonly minRounds: number;
  readonly maxRounds: number;
  /** When no further round may begin, as `performance.now()` counts. */
  readonly deadline: number;
  /** A contestant that takes longer over one turn is out. */
  readonly turnLimitMs: number;
  readonly say: (line: string) => void;
}

/** Threads that still spin after a turn must not take the next one's processor. */
const pauseMs = 50;

/** How a model loads, in a process that has just started and with its files in the system's cache. */
export async function measureLoading(
  model: BenchModel,
  contenders: readonly Contender[],
  course: Course,
): Promise<readonly Row[]> {
  const laps = new Laps(contenders);
  await rounds(`${model.name} load`, course, async (round) => {
    for (const contender of shuffled(laps.present, course.seed + round)) {
      const { contestant } = contender;
      await laps.attempt(contender, course, async () => {
        const { loadMs } = await contestant.load();
        laps.note(contender, loadMs, null);
        laps.notePeak(contender);
      });
      await contestant.end();
      await setTimeout(pauseMs);
    }
  });
  return laps.rows({ name: 'load', model: model.name, bytesPerMs: [], threads: course.threads });
}

/** The jobs, one after another; in each the contestants take turns, in another order each round. */
export async function measureJobs(
  model: BenchModel,
  contenders: readonly Contender[],
  jobs: readonly Job[],
  course: Course,
): Promise<readonly Row[]> {
  const memory = childContestant('memory', 'memory', {
    ...model.shape,
    path: '',
    type: '',
    threads: course.threads,
  });
  const loading = new Laps(contenders);
  const rows: Row[] = [];
  try {
    await memory.load();
    for (const contender of contenders) {
      await loading.attempt(contender, course, async () => {
        await contender.contestant.load();
      });
    }
    const out = new Set(contenders.filter((contender) => !loading.present.includes(contender)));
    const fitting = jobs.filter(({ tokens }) => tokens <= model.shape.maxPositions);
    for (const [index, job] of fitting.entries()) {
      const left = course.deadline - performance.now();
      const deadline = performance.now() + left / (fitting.length - index);
      const taking = contenders.filter(
        (contender) => !out.has(contender) && (contender.isEngine || !job.isForEngineOnly),
      );
      const laps = new Laps(taking);
      rows.push(...(await measureJob(model, laps, job, { ...course, deadline }, memory)));
      for (const failed of laps.failed) out.add(failed);
    }
  } finally {
    await Promise.all([memory, ...contenders.map(({ contestant }) => contestant)].map(ended));
  }
  return rows;
}

async function measureJob(
  model: BenchModel,
  laps: Laps,
  job: Job,
  course: Course,
  memory: Contestant,
): Promise<readonly Row[]> {
  const bytesPerMs: number[] = [];
  const prompt = promptMaker(model.shape.vocabSize);
  const first = warmUp(job.task(prompt, 0));
  for (const contender of laps.present) {
    resetPeak(contender.contestant.processId());
    await laps.attempt(contender, course, async () => {
      if ((await contender.contestant.run(first)) === null) laps.leaveOut(contender);
    });
  }
  await rounds(`${model.name} ${job.name}`, course, async (round) => {
    const task = job.task(prompt, round);
    const texts = new Map<string, string>();
    if (job.decodingSteps !== null) bytesPerMs.push(await readMemory(memory, task));
    for (const contender of shuffled(laps.present, course.seed + round)) {
      await laps.attempt(contender, course, async () => {
        const outcome = await contender.contestant.run(task);
        if (outcome === null) throw new Error('It changed its mind');
        requireWork(task, outcome);
        laps.note(contender, job.ms(outcome), stepMs(job, outcome));
        if (contender.isExact)
          texts.set(String(outcome.newTokenIds[0]), contender.contestant.label);
      });
      await setTimeout(pauseMs);
    }
    if (task.strategy !== 'sample' && texts.size > 1) {
      course.say(
        `!!! Other tokens by ${[...texts.values()].join(', ')}: a near tie, or see --check`,
      );
    }
  });
  for (const contender of laps.present) laps.notePeak(contender);
  return laps.rows({
    name: job.name,
    model: model.name,
    bytesPerMs,
    threads: course.threads,
  });
}

async function readMemory(memory: Contestant, task: Task): Promise<number> {
  const outcome = await memory.run(task);
  await setTimeout(pauseMs);
  return memoryBytes / outcome!.ms;
}

const stepMs = ({ decodingSteps }: Job, { decodeMs }: Outcome) =>
  decodingSteps === null || decodeMs === null ? null : decodeMs / decodingSteps;

/** Who writes less than was asked for would win. */
function requireWork({ newTokens, rows, strategy }: Task, { newTokenIds }: Outcome): void {
  const texts = strategy === 'sample' ? rows : 1;
  const enough = newTokenIds.filter((tokenIds) => tokenIds.length === newTokens);
  if (enough.length < texts) throw new Error('It wrote less than was asked for');
}

/** Rounds until time is up: at least the fewest, at most the most. */
async function rounds(
  name: string,
  { minRounds, maxRounds, deadline, say }: Course,
  run: (round: number) => Promise<void>,
): Promise<void> {
  const start = performance.now();
  let done = 0;
  for (let round = 1; round <= maxRounds; round += 1) {
    const lasts = done === 0 ? 0 : (performance.now() - start) / done;
    if (round > minRounds && performance.now() + lasts > deadline) break;
    await run(round);
    done = round;
  }
  say(`${name}: ${done} rounds in ${Math.round((performance.now() - start) / 1000)} s`);
}

/** What the contestants of one job did; one that fails is out of it, and that is said. */
class Laps {
  readonly failed = new Set<Contender>();
  readonly #times = new Map<Contender, { ms: number[]; stepMs: number[]; peak: number | null }>();

  constructor(contenders: readonly Contender[]) {
    for (const contender of contenders) {
      this.#times.set(contender, { ms: [], stepMs: [], peak: null });
    }
  }

  get present(): readonly Contender[] {
    return [...this.#times.keys()];
  }

  note(contender: Contender, ms: number, stepMs: number | null): void {
    const times = this.#times.get(contender)!;
    times.ms.push(ms);
    if (stepMs !== null) times.stepMs.push(stepMs);
  }

  notePeak(contender: Contender): void {
    this.#times.get(contender)!.peak = peakRssMib(contender.contestant.processId());
  }

  /** It has no such job. */
  leaveOut(contender: Contender): void {
    this.#times.delete(contender);
  }

  async attempt(
    contender: Contender,
    { say, turnLimitMs }: Course,
    work: () => Promise<void>,
  ): Promise<void> {
    const turn = new AbortController();
    try {
      await Promise.race([work(), timeUp(turnLimitMs, turn.signal)]);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      say(`!!! ${contender.contestant.label} IS LEFT OUT: ${reason}`);
      this.leaveOut(contender);
      this.failed.add(contender);
      // It may still be at work, and would slow the others.
      await contender.contestant.end();
    } finally {
      turn.abort();
    }
  }

  rows({
    name,
    model,
    bytesPerMs,
    threads,
  }: {
    readonly name: string;
    readonly model: string;
    readonly bytesPerMs: readonly number[];
    readonly threads: number;
  }): readonly Row[] {
    const measured = [...this.#times].map(([contender, { ms, stepMs, peak }]): Measured => ({
      job: name,
      model,
      label: contender.contestant.label,
      device: contender.contestant.device(),
      peer: contender.peer,
      likes: contender.likes,
      ms,
      stepMs,
      weightBytesPerStep: contender.weightBytesPerStep,
      peakRssMib: peak,
    }));
    return toRows(measured, threads, bytesPerMs);
  }
}

async function timeUp(limitMs: number, signal: AbortSignal): Promise<never> {
  await setTimeout(limitMs, undefined, { signal });
  throw new Error(`Its turn took longer than ${Math.round(limitMs / 1000)} s`);
}

const ended = (contestant: Contestant) => contestant.end();
