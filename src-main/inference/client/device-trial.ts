import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AppError } from '../../contract/errors.ts';
import type { Device } from '../../contract/models.ts';
import type { Logger } from '../../logging/logger.ts';
import type { EngineProcess, StartEngineProcess } from '../host/process-host.ts';
import type { KeptDevice } from './device-file.ts';
import { EngineConnection } from './engine-connection.ts';

export interface TrialOptions {
  readonly startProcess: StartEngineProcess;
  readonly logger: Logger;
  /** A device that has said nothing for so long never will. */
  readonly timeoutMs: number;
}

/**
 * Probes a device in a process of its own, which may abort or hang: its end is a finding like any
 * other.
 *
 * @throws AppError `cancelled` alone
 */
export async function tryDevice(
  device: Device,
  { startProcess, logger, timeoutMs }: TrialOptions,
  signal?: AbortSignal,
): Promise<KeptDevice> {
  if (wasAborted(signal)) throw cancelled();
  const directory = await mkdtemp(path.join(tmpdir(), 'autodoc-probe-'));
  const running: EngineProcess[] = [];
  const connection = new EngineConnection({
    startProcess: () => {
      const process = startProcess();
      running.push(process);
      return process;
    },
    logger,
    onCrash: () => undefined,
  });
  const stop = () => running.forEach((process) => process.kill());
  const patience = AbortSignal.timeout(timeoutMs);
  const ended = signal === undefined ? patience : AbortSignal.any([signal, patience]);
  ended.addEventListener('abort', stop, { once: true });
  try {
    const found = await connection.request('probe', { device, directory });
    const fastestFirst = found.variants.toSorted((a, b) => a.stepMs - b.stepMs);
    const [fastest] = fastestFirst;
    if (found.form === null || found.cpuStepMs === null || fastest === undefined) {
      return { state: 'unavailable', reason: inWords(found.reason) };
    }
    return {
      state: 'available',
      form: found.form,
      variants: fastestFirst.map(({ variant }) => variant),
      speed: found.cpuStepMs / fastest.stepMs,
    };
  } catch (error) {
    if (wasAborted(signal)) throw cancelled();
    return { state: 'unavailable', reason: failure(error, patience.aborted ? timeoutMs : null) };
  } finally {
    ended.removeEventListener('abort', stop);
    await connection.close();
    await rm(directory, { recursive: true, force: true });
  }
}

function failure(error: unknown, timeoutMs: number | null): string {
  if (timeoutMs !== null) {
    return `It did not answer within ${Math.round(timeoutMs / 1000)} seconds.`;
  }
  if (error instanceof AppError && error.code === 'engine_crashed') {
    return `It ended the process that tried it (${String(error.details.reason)}).`;
  }
  return error instanceof Error ? inWords(error.message) : 'It failed, and did not say why.';
}

const maxReason = 300;

/** onnxruntime's words, with what they mean in front where that is known. */
function inWords(message: string): string {
  const said = message.replace(/\s+/gu, ' ').trim().slice(0, maxReason);
  const meaning = meanings.find(({ words }) => words.test(message))?.meaning;
  return meaning === undefined ? said : `${meaning} (${said})`;
}

const meanings: readonly { readonly words: RegExp; readonly meaning: string }[] = [
  {
    words: /failed to get a webgpu adapter/i,
    meaning: 'There is no graphics adapter that WebGPU can use.',
  },
  { words: /failed to load (shared )?library/i, meaning: 'Its library is not installed.' },
  { words: /backend not found/i, meaning: 'This onnxruntime does not have it.' },
  {
    words: /fallback to CPU EP has been explicitly disabled/i,
    meaning: 'It cannot compute all of the model.',
  },
];

function wasAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function cancelled(): AppError {
  return new AppError('cancelled', 'The devices were not tried to the end.');
}
