import type { JobProgress, JobStarted } from '../../../src-main/contract/channels.ts';
import type { Id } from '../../../src-main/contract/domain.ts';
import type { PromptReport } from '../../../src-main/contract/exchange-channels.ts';
import { call, listen } from '../../ipc/client.ts';
import { reportError } from '../../lib/report-error.ts';
import { toasts } from '../../ui/toasts.svelte.ts';

/** What goes on, for people. */
const titles = {
  export_library: 'Exporting',
  import_library: 'Importing',
  import_prompts: 'Importing prompts',
  export_drafts: 'Exporting drafts',
} as const;
type ExchangeKind = keyof typeof titles;

export interface ExchangeJob extends JobProgress {
  readonly kind: ExchangeKind;
}

/** How an import of prompts ended, with the file that it was of. */
export interface EndedImport {
  readonly subject: string;
  readonly report: PromptReport;
}

/** Files on their way out and in: what goes on, what failed, how an import of prompts ended. */
export class JobsStore {
  #jobs = $state.raw<readonly ExchangeJob[]>([]);
  #report = $state.raw<EndedImport | null>(null);
  /** The jobs that anything was heard of. */
  #told: readonly Id[] = [];
  /** Whose end is shown where it was begun, and said nowhere else. */
  #watchedId: Id | null = null;

  /** Those that run, and those that failed and were not put aside. */
  get jobs(): readonly ExchangeJob[] {
    return this.#jobs;
  }

  /** The report to show; null for none. */
  get report(): EndedImport | null {
    return this.#report;
  }

  find(jobId: Id | null): ExchangeJob | undefined {
    return this.#jobs.find(({ job_id }) => job_id === jobId);
  }

  /** Listens; the answer stops listening. */
  start(): () => void {
    return listen('job:changed', (job) => {
      if (isExchange(job)) this.#follow(job);
    });
  }

  /** Asks for an export or import, and follows it. Answers whether it began: the user may close the dialog. */
  async begin(
    kind: ExchangeKind,
    ask: () => Promise<JobStarted | null>,
  ): Promise<JobStarted | null> {
    const started = await ask();
    // Its first events may have come before the answer; so may its end, of which nothing is left.
    if (started !== null && !this.#told.includes(started.job_id)) {
      this.#follow({
        job_id: started.job_id,
        kind,
        subject: '',
        state: 'running',
        message: 'Starting…',
        fraction: null,
      });
    }
    return started;
  }

  /** For an import of prompts: whoever watches it shows its report, and no message does. */
  watch(jobId: Id | null): void {
    this.#watchedId = jobId;
  }

  async cancel(job_id: Id): Promise<void> {
    try {
      await call('jobs:cancel', { job_id });
    } catch (thrown) {
      reportError(thrown);
    }
  }

  /** Puts one that failed aside. */
  dismiss(jobId: Id): void {
    this.#jobs = this.#jobs.filter(({ job_id }) => job_id !== jobId);
  }

  closeReport(): void {
    this.#report = null;
  }

  #follow(job: ExchangeJob): void {
    if (!this.#told.includes(job.job_id)) this.#told = [...this.#told, job.job_id];
    const isKnown = this.find(job.job_id) !== undefined;
    if (job.state === 'running' || job.state === 'failed') {
      this.#jobs = isKnown
        ? this.#jobs.map((one) => (one.job_id === job.job_id ? job : one))
        : [...this.#jobs, job];
      return;
    }
    this.#end(job).catch(reportError);
  }

  /** It goes once there is something in its place. */
  async #end(job: ExchangeJob): Promise<void> {
    try {
      const report =
        job.kind === 'import_prompts' && job.state === 'done'
          ? await call('exchange:report', { job_id: job.job_id })
          : null;
      if (report !== null && this.#watchedId === job.job_id) {
        this.#report = { subject: job.subject, report };
      } else if (job.state === 'cancelled') {
        toasts.show(job.message);
      } else {
        this.#say(job, report);
      }
    } finally {
      this.dismiss(job.job_id);
    }
  }

  #say({ message, subject }: ExchangeJob, report: PromptReport | null): void {
    toasts.show(message, {
      tone: 'success',
      durationMs: 9_000,
      ...(report !== null &&
        report.rejected_count > 0 && {
          action: {
            label: 'Show report',
            onSelect: () => (this.#report = { subject, report }),
          },
        }),
    });
  }
}

/** What goes on, with the file it is about where that is known. */
export function jobTitle({ kind, subject }: ExchangeJob): string {
  return subject === '' ? titles[kind] : `${titles[kind]}: “${subject}”`;
}

function isExchange(job: JobProgress): job is ExchangeJob {
  return job.kind in titles;
}
