import type {
  TeamGeneration,
  TeamGenerationLimits,
  TeamStatus,
} from '../../../src-main/contract/team.ts';
import { call, listen } from '../../ipc/client.ts';
import { Attempts } from '../../lib/attempts.svelte.ts';
import { reportError } from '../../lib/report-error.ts';

/** How often "2 minutes ago" is said anew. */
const tickMs = 15_000;

/** The team file of the open library: how sharing stands, and what may be made of it. */
export class TeamStore {
  #status = $state.raw<TeamStatus | null>(null);
  #generations = $state.raw<readonly TeamGeneration[] | null>(null);
  #nowMs = $state(Date.now());
  #announcement = $state('');
  readonly #attempts = new Attempts();

  /** Null until the main process was asked. */
  get status(): TeamStatus | null {
    return this.#status;
  }

  get isShared(): boolean {
    return this.#status !== null && this.#status.state !== 'off';
  }

  /** Moves on by itself, for what is told relative to it. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** The latest first; null until asked for. */
  get generations(): readonly TeamGeneration[] | null {
    return this.#generations;
  }

  /** Said aloud when sharing stops and when it goes on; never at each round. */
  get announcement(): string {
    return this.#announcement;
  }

  /** Why the last thing that was asked for failed. */
  get problem(): string | null {
    return this.#attempts.problem;
  }

  /** Loads, and follows. The answer stops. */
  start(): () => void {
    void this.#load();
    const stop = listen('team:changed', (status) => this.#take(status));
    const timer = setInterval(() => (this.#nowMs = Date.now()), tickMs);
    return () => {
      stop();
      clearInterval(timer);
    };
  }

  async loadGenerations(): Promise<void> {
    await this.#attempts.make(async () => {
      this.#generations = await call('team:generations');
    });
  }

  /** Looks at once. */
  sync(): Promise<boolean> {
    return this.#attempts.make(async () => this.#take(await call('team:sync')));
  }

  move(): Promise<boolean> {
    return this.#attempts.make(async () => {
      const moved = await call('team:move');
      if (moved !== null) this.#take(moved);
    });
  }

  showFolder(): Promise<boolean> {
    return this.#attempts.make(async () => {
      await call('folders:show', { folder: 'team' });
    });
  }

  leave(): Promise<boolean> {
    return this.#attempts.make(async () => this.#take(await call('team:leave')));
  }

  /** Answers whether they hold now. */
  setLimits(limits: TeamGenerationLimits): Promise<boolean> {
    return this.#attempts.make(async () => {
      const generations = await call('team:set-limits', { ...limits });
      if (this.#status !== null) this.#status = { ...this.#status, generations };
      this.#generations = await call('team:generations');
    });
  }

  async #load(): Promise<void> {
    try {
      const status = await call('team:status');
      // What was broadcast meanwhile is newer than the answer.
      if (this.#status === null) this.#take(status);
    } catch (thrown) {
      reportError(thrown);
    }
  }

  #take(status: TeamStatus): void {
    const before = this.#status?.problem ?? null;
    this.#status = status;
    this.#nowMs = Date.now();
    const { problem } = status;
    if (problem !== null && problem.message !== before?.message) {
      this.#announcement = problem.message;
    } else if (problem === null && before !== null && status.state !== 'off') {
      this.#announcement = 'The team file is shared again.';
    }
  }
}
