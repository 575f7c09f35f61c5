import { bannedWords } from '../../contract/ban-list.ts';
import type { AutodocWithDocument } from '../../contract/domain.ts';
import { AppError, toErrorEnvelope } from '../../contract/errors.ts';
import type { GenerateProgress, InferenceClient } from '../../inference/client/types.ts';
import type { Logger } from '../../logging/logger.ts';
import { stackOf } from '../../logging/stack-of.ts';
import type { AutodocOutcome, LibraryStore } from '../../store/types.ts';
import type { ModelShelf } from '../model-shelf.ts';
import type { SettingsReader } from '../settings.ts';
import type { PromptPlan } from './plan-prompt.ts';
import { writeDraft } from './write-draft.ts';

/** Why a draft is stopped before its end. Only `cancelled` ends it; else it stays queued. */
type StopReason = 'cancelled' | 'shutting down' | 'ended elsewhere' | 'lease lost';

/** The one draft being written. */
export interface DraftInHand {
  readonly autodoc: AutodocWithDocument;
  /** What to write down; null when the draft stays queued or has its end from elsewhere. */
  readonly outcome: Promise<AutodocOutcome | null>;
  /** Takes effect within a step. */
  stop(reason: StopReason): void;
}

export interface DraftInHandOptions {
  readonly store: LibraryStore;
  readonly models: ModelShelf;
  readonly client: InferenceClient;
  readonly settings: SettingsReader;
  readonly logger: Logger;
  readonly onProgress: (progress: GenerateProgress) => void;
}

export function takeInHand(autodoc: AutodocWithDocument, options: DraftInHandOptions): DraftInHand {
  const { store, models, client, settings, logger, onProgress } = options;
  const abort = new AbortController();
  const startedMs = performance.now();
  let stopReason: StopReason | null = null;
  let plan: PromptPlan | null = null;
  let progress: GenerateProgress | null = null;
  let modelSha256: string | null = null;

  async function attempt(): Promise<AutodocOutcome> {
    plan = null;
    progress = null;
    const model = await untilAborted(models.get(autodoc.model_name), abort.signal);
    modelSha256 = model.card.sha256;
    const version = store.versions.get(autodoc.version_id);
    if (version === null) {
      throw new AppError('not_found', 'The text that was to be drafted from is not there.');
    }
    const choice = settings.current();
    return writeDraft(client, {
      autodoc,
      model,
      body: version.document_body,
      choice,
      bannedWords: bannedWords(choice),
      signal: abort.signal,
      onPlan: (settled) => {
        plan = settled;
      },
      onProgress: (step) => {
        progress = step;
        onProgress(step);
      },
    });
  }

  async function write(): Promise<AutodocOutcome | null> {
    let hasCrashed = false;
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (stopReason !== null) return stopReason === 'cancelled' ? cut('cancelled', null) : null;
        const { code, message } = toErrorEnvelope(error);
        if (code === 'engine_crashed' && !hasCrashed) {
          hasCrashed = true;
          logger.warn('the engine crashed: drafting again', { autodoc: autodoc.id });
          continue;
        }
        // The engine was put away, or the disk refuses: the draft did nothing wrong and waits.
        if (staysQueued.has(code)) throw error;
        if (code === 'internal')
          logger.error('a draft failed', { autodoc: autodoc.id, stack: stackOf(error) });
        return cut('failed', message);
      }
    }
  }

  /** The end of a draft that was cut short: what had been written is kept. */
  function cut(autodoc_state: 'cancelled' | 'failed', failure: string | null): AutodocOutcome {
    return {
      autodoc_state,
      autodoc_body: progress?.text ?? '',
      failure,
      prompt_start: plan?.start ?? null,
      prompt_end: plan?.end ?? null,
      model_sha256: modelSha256,
      device: progress?.device ?? null,
      variant: progress?.variant ?? null,
      tokens: progress?.tokens ?? null,
      score: null,
      duration_ms: Math.round(performance.now() - startedMs),
      candidates: [],
      token_ids: [],
    };
  }

  return {
    autodoc,
    outcome: write(),
    stop(reason) {
      stopReason ??= reason;
      abort.abort(new AppError('cancelled', `The draft was stopped: ${reason}.`));
    },
  };
}

const staysQueued: ReadonlySet<string> = new Set([
  'cancelled',
  'disk_full',
  'store_busy',
  'store_damaged',
  'store_unwritable',
]);

/** A cancelled draft's end before its first token. */
export const cancelledBeforeStart: AutodocOutcome = {
  autodoc_state: 'cancelled',
  autodoc_body: '',
  failure: null,
  prompt_start: null,
  prompt_end: null,
  model_sha256: null,
  device: null,
  variant: null,
  tokens: null,
  score: null,
  duration_ms: null,
  candidates: [],
  token_ids: [],
};

/** Waits for shared work (a model being prepared) without holding up a stop. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
