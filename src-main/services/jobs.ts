import { uuidv7 } from 'uuidv7';
import type { JobProgress, JobStarted } from '../contract/channels.ts';
import type { Id } from '../contract/domain.ts';
import { AppError, toErrorEnvelope } from '../contract/errors.ts';
import type { Logger } from '../logging/logger.ts';
import { authorize, theLibrary } from '../access/authorize.ts';
import type { Operation } from '../access/rules.ts';
import type { EventBus } from './event-bus.ts';
import type { Room } from './services.ts';
import type { WorkOptions } from './work-options.ts';

export interface Job {
  readonly kind: JobProgress['kind'];
  /** What it is about, for people. */
  readonly subject: string;
  /** Said until the first progress comes. */
  readonly beginning: string;
  /** Said when it was cancelled. */
  readonly cancelled?: string;
  /** Who may call it off: whoever may do this. */
  readonly operation: Operation;
  /** Does the work; the answer is what is said of its end. */
  run(options: WorkOptions): Promise<string>;
}

interface Running {
  readonly job: Job;
  readonly abort: AbortController;
  /** Never rejects. */
  ended: Promise<void>;
}

/** Long work in the background: its progress and its one end are told by events alone. */
export interface Jobs {
  start(job: Job): JobStarted;
  /** Calls off what reads or writes the library that is open, and waits for it to end. */
  endWorkOnLibrary(): Promise<void>;
  readonly room: Room<'jobs'>;
}

/** Jobs that end when another library is opened. What makes a library goes on until it is open. */
const ofTheLibrary: ReadonlySet<JobProgress['kind']> = new Set([
  'export_library',
  'import_library',
  'import_prompts',
  'export_drafts',
]);

export function createJobs(events: EventBus, logger: Logger): Jobs {
  const running = new Map<Id, Running>();

  async function follow(jobId: Id, job: Job, signal: AbortSignal): Promise<void> {
    const { kind, subject, cancelled: cancelledMessage = 'Cancelled. Nothing was kept.' } = job;
    const tell = (change: Pick<JobProgress, 'state' | 'message' | 'fraction'>): void =>
      events.emit('job:changed', { job_id: jobId, kind, subject, ...change });
    tell({ state: 'running', message: job.beginning, fraction: null });
    try {
      const message = await job.run({
        signal,
        onProgress: (progress) => tell({ state: 'running', ...progress }),
      });
      tell({ state: 'done', message, fraction: 1 });
    } catch (error) {
      const { code, message } = toErrorEnvelope(error);
      if (code === 'cancelled') {
        tell({ state: 'cancelled', message: cancelledMessage, fraction: null });
      } else {
        logger.warn('a job failed', { kind, code });
        tell({ state: 'failed', message, fraction: null });
      }
    } finally {
      running.delete(jobId);
    }
  }

  return {
    start(job) {
      const jobId = uuidv7();
      const abort = new AbortController();
      const entry: Running = { job, abort, ended: Promise.resolve() };
      running.set(jobId, entry);
      entry.ended = follow(jobId, job, abort.signal);
      return { job_id: jobId };
    },
    async endWorkOnLibrary() {
      const ending = [...running.values()].filter(({ job }) => ofTheLibrary.has(job.kind));
      for (const { abort } of ending) abort.abort(new AppError('cancelled', 'The library closes.'));
      await Promise.all(ending.map(({ ended }) => ended));
    },
    room: {
      cancel(principal, { job_id }) {
        const found = running.get(job_id);
        // A job that has ended meanwhile is as cancelled as it can be.
        if (found === undefined) return null;
        authorize(principal, found.job.operation, theLibrary);
        found.abort.abort(new AppError('cancelled', 'The job was cancelled.'));
        return null;
      },
    },
  };
}
