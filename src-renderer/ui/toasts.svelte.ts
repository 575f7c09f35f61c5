/** A short message at the bottom of the window that goes away by itself. */
export interface Toast {
  readonly id: number;
  readonly message: string;
  readonly tone: 'neutral' | 'success' | 'danger';
  readonly action: ToastAction | null;
}

export interface ToastAction {
  readonly label: string;
  readonly onSelect: () => void;
}

interface ToastOptions {
  readonly tone?: Toast['tone'];
  /** One button, e.g. Undo. */
  readonly action?: ToastAction;
  /** How long it stays; errors and actions stay longer. */
  readonly durationMs?: number;
}

/** At most so many are shown; the oldest gives way. */
const mostShown = 3;

class Toasts {
  #shown = $state.raw<readonly Toast[]>([]);
  #timers = new Map<number, ReturnType<typeof setTimeout>>();
  #nextId = 1;

  get shown(): readonly Toast[] {
    return this.#shown;
  }

  /** Shows a message and answers its id. The same message is not shown twice at a time. */
  show(message: string, options: ToastOptions = {}): number {
    const { tone = 'neutral', action = null } = options;
    const twin = this.#shown.find((toast) => toast.message === message);
    if (twin !== undefined) this.dismiss(twin.id);
    const toast: Toast = { id: this.#nextId++, message, tone, action };
    for (const old of this.#shown.slice(0, -(mostShown - 1))) this.dismiss(old.id);
    this.#shown = [...this.#shown, toast];
    this.#startTimer(
      toast.id,
      options.durationMs ?? (tone === 'danger' || action !== null ? 9_000 : 4_000),
    );
    return toast.id;
  }

  dismiss(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.#shown = this.#shown.filter((toast) => toast.id !== id);
  }

  /** Keeps all of them while a pointer or the focus is on one. */
  hold(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  /** Lets those that were held go, after a while. */
  release(): void {
    for (const { id } of this.#shown) this.#startTimer(id, 4_000);
  }

  #startTimer(id: number, durationMs: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.set(
      id,
      setTimeout(() => this.dismiss(id), durationMs),
    );
  }
}

/** The window's toasts: `toasts.show('Moved to the trash', { action: { label: 'Undo', … } })`. */
export const toasts = new Toasts();
