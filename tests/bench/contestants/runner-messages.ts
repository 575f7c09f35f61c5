import type { Outcome, RunnerSettings, Task } from './task.ts';

/** To a contestant's process: one at a time, each is answered. */
export type RunnerRequest =
  | { readonly type: 'load'; readonly settings: RunnerSettings }
  | { readonly type: 'run'; readonly task: Task };

/** From it. `ready` comes by itself, once its library is there. */
export type RunnerAnswer =
  | { readonly type: 'ready' }
  | { readonly type: 'loaded'; readonly loadMs: number }
  | { readonly type: 'ran'; readonly outcome: Outcome | null }
  | { readonly type: 'failed'; readonly message: string };
