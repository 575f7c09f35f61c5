/** A running engine process, as the client sees it: messages in and out, and its end. */
export interface EngineProcess {
  /** Structured data; dropped when the process has ended. */
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, however the process ended. */
  onExit(listener: (exit: EngineExit) => void): void;
  /** Ends it at once. */
  kill(): void;
}

export interface EngineExit {
  /** For people: "exit code 134", "signal SIGKILL". */
  readonly reason: string;
  /** The last lines that it wrote to stderr, for the log. */
  readonly stderr: string;
}

/** Starts an engine process. The two implementations: `fork-host.ts`, `utility-process-host.ts`. */
export type StartEngineProcess = () => EngineProcess;
