import type { AcceleratorKey } from '../page/messages.ts';

/*
 * The keys of the application menu, between the menu, which is set, and the pages, which report
 * a key that they left alone.
 */

export interface Accelerator {
  readonly key: AcceleratorKey;
  press(): void;
}

let accelerators: readonly Accelerator[] = [];
const listeners = new Set<() => void>();

export function setAccelerators(next: readonly Accelerator[]): void {
  accelerators = next;
  for (const listener of listeners) listener();
}

export function acceleratorKeys(): readonly AcceleratorKey[] {
  return accelerators.map(({ key }) => key);
}

export function pressAccelerator(index: number): void {
  accelerators[index]?.press();
}

/** Listens for another menu; the answer stops listening. */
export function onMenuChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
