import type { JobProgress, JobStarted } from '../../../src-main/contract/channels.ts';
import { call, listen } from '../../ipc/client.ts';
import { errorMessage, reportError } from '../../lib/report-error.ts';

/**
 * A library being made: of documents, of a team file, of an earlier one. At its end another
 * library opens and the window begins anew, so that there is nothing to say then.
 */
export class TeamJob {
  #progress = $state.raw<JobProgress | null>(null);
  #isAsking = $state(false);
  #isCancelling = $state(false);
  #problem = $state<string | null>(null);
  /** Events may come before the answer that says which job is meant. */
  #heard: readonly JobProgress[] = [];

  get isRunning(): boolean {
    return this.#isAsking || this.#progress !== null;
  }

  /** 0 to 1; null while unknown. */
  get fraction(): number | null {
    return this.#progress?.fraction ?? null;
  }

  get message(): string {
    return this.#progress?.message ?? 'Starting…';
  }

  /** There is nothing to cancel before it has begun, nor once it is done. */
  get canCancel(): boolean {
    return this.#progress?.state === 'running' && !this.#isCancelling;
  }

  /** Why the last one failed. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Listens; the answer stops listening. */
  start(): () => void {
    return listen('job:changed', (job) => {
      if (this.#isAsking) this.#heard = [...this.#heard, job];
      else if (job.job_id === this.#progress?.job_id) this.#follow(job);
    });
  }

  /** Asks for it, and follows it. Null where the system's dialog was closed. */
  async begin(kind: JobProgress['kind'], ask: () => Promise<JobStarted | null>): Promise<void> {
    this.#problem = null;
    this.#isAsking = true;
    this.#isCancelling = false;
    this.#heard = [];
    try {
      const started = await ask();
      if (started === null) return;
      const { job_id } = started;
      this.#follow(
        this.#heard.findLast((job) => job.job_id === job_id) ?? {
          job_id,
          kind,
          subject: '',
          state: 'running',
          message: 'Starting…',
          fraction: null,
        },
      );
    } catch (thrown) {
      this.#problem = errorMessage(thrown);
    } finally {
      this.#isAsking = false;
    }
  }

  async cancel(): Promise<void> {
    const job_id = this.#progress?.job_id;
    if (job_id === undefined) return;
    this.#isCancelling = true;
    try {
      await call('jobs:cancel', { job_id });
    } catch (thrown) {
      this.#isCancelling = false;
      reportError(thrown);
    }
  }

  #follow(job: JobProgress): void {
    if (job.state === 'failed') this.#problem = job.message;
    this.#progress = job.state === 'running' || job.state === 'done' ? job : null;
  }
}
