import type { AutodocWithDocument, Id } from '../../contract/domain.ts';
import { AppError, toErrorEnvelope } from '../../contract/errors.ts';
import type { GenerateProgress, InferenceClient } from '../../inference/client/types.ts';
import type { Principal } from '../../access/authorize.ts';
import type { Logger } from '../../logging/logger.ts';
import type { AutodocOutcome, Author } from '../../store/types.ts';
import type { EventBus } from '../event-bus.ts';
import type { LibraryHandle } from '../library-handle.ts';
import { openLease, type Lease } from '../lease.ts';
import type { ModelShelf } from '../model-shelf.ts';
import type { SettingsReader } from '../settings.ts';
import { createWakeup } from '../wakeup.ts';
import { cancelledBeforeStart, takeInHand, type DraftInHand } from './draft-in-hand.ts';
import type { DraftTiming } from './draft-timing.ts';
import type { EngineBoard } from './engine-board.ts';
import { createTakeOver, type DraftToWrite } from './take-over.ts';

/*
 * Works off the queue: one draft at a time, whichever process does it. The queue is the
 * store's `queued` rows and the right to work on them is a lease, so that a process may be
 * killed at any moment: the row is still queued, the lease runs out, and the next process
 * goes on. A row has one end, written in one transaction; a second is refused by the store.
 *
 * What another machine queued it writes itself; only what it has not after an hour is written
 * here. If both have, both texts are kept.
 */

export interface DraftRunnerOptions {
  readonly library: LibraryHandle;
  readonly models: ModelShelf;
  readonly client: InferenceClient;
  readonly settings: SettingsReader;
  readonly board: EngineBoard;
  readonly events: EventBus;
  readonly logger: Logger;
  /** In whose name a user's draft is written; null while they are not signed in here. */
  readonly authorFor: (userId: Id) => Author | null;
  /** Who works here now. */
  readonly principal: () => Principal;
  /** This process's name on leases: unlike any other's. */
  readonly holder: string;
  readonly timing: DraftTiming;
}

export interface DraftRunner {
  start(): void;
  /** Resolves when nothing is being written any more. What was stays queued. */
  stop(): Promise<void>;
  /** Says that something was queued. */
  wake(): void;
  /** Ends a waiting draft at once, one being written within a step, its text so far kept. */
  cancel(author: Author, autodocId: Id): Promise<AutodocWithDocument>;
  /** Resolves when the draft has its end; rejects when this process cannot go on for now. */
  ended(autodocId: Id, signal?: AbortSignal): Promise<AutodocWithDocument>;
}

/** Held by whoever drafts. */
const draftingLease = 'drafting';
/** Held while a draft uses the model: it cannot be removed then. */
export const modelLease = (modelName: string): string => `model:${modelName}`;

/** Broadcasts at most this often: steps of a small model are faster than anyone reads. */
const progressGapMs = 40;

function waitsForAnother(autodocId: Id): AppError {
  return new AppError(
    'sign_in_required',
    'This draft is somebody else’s: it is written once they sign in here. It stays queued.',
    { details: { id: autodocId } },
  );
}

export function createDraftRunner(options: DraftRunnerOptions): DraftRunner {
  const { library, models, client, settings, board, events, logger, holder, timing } = options;
  const { authorFor } = options;
  const findAbandoned = createTakeOver({
    ...{ library, models, principal: options.principal },
    takeOverMs: timing.takeOverMs,
  });
  const bell = createWakeup();
  let isRunning = false;
  let loop: Promise<void> = Promise.resolve();
  let inHand: (DraftInHand & { readonly finished: Promise<null> }) | null = null;
  let trouble: { readonly autodocId: Id; readonly error: unknown } | null = null;

  const lease = (name: string): Lease =>
    openLease({ store: library.store(), name, holder, ttlMs: timing.leaseMs });

  async function workOff(): Promise<void> {
    while (isRunning) {
      const next = await take();
      if (next === null) await bell.wait(timing.tickMs);
      else if (!(await draft(next))) await bell.wait(timing.retryMs);
    }
    if (library.opened() !== null) letGo(lease(draftingLease));
  }

  /** What is to be drafted next, with the lease to write it; null when there is nothing to do. */
  async function take(): Promise<DraftToWrite | null> {
    try {
      const abandoned = oldestQueued() === null ? await findAbandoned() : null;
      if (abandoned === null && oldestQueued() === null) return null;
      const right = lease(draftingLease);
      if (!right.acquire()) return null;
      // Looked at again under the lease: another process may just have finished it.
      const next = oldestQueued() ?? stillQueued(abandoned);
      if (next === null) right.release();
      return next;
    } catch (error) {
      logger.warn('the queue could not be read', { code: toErrorEnvelope(error).code });
      return null;
    }
  }

  /** Somebody else's waits until they sign in here again: nobody can sign for them. */
  function oldestQueued(): DraftToWrite | null {
    const { autodocs } = library.store();
    const createdBy = autodocs.queuedBy().filter((userId) => authorFor(userId) !== null);
    const [autodoc] = createdBy.length === 0 ? [] : autodocs.queue({ createdBy, limit: 1 });
    return autodoc === undefined ? null : { autodoc, authorId: autodoc.created_by };
  }

  function stillQueued(next: DraftToWrite | null): DraftToWrite | null {
    const row = next === null ? null : library.store().autodocs.get(next.autodoc.id);
    return row?.autodoc_state === 'queued' ? next : null;
  }

  /** Writes one draft to its end. False when it must wait for better times. */
  async function draft({ autodoc, authorId }: DraftToWrite): Promise<boolean> {
    const hand = takeInHand(autodoc, {
      store: library.store(),
      models,
      client,
      settings,
      logger,
      onProgress: progressReporter(autodoc, () => stopIfEnded(hand)),
    });
    const stopBeating = keepLeases(hand);
    const done = Promise.withResolvers<null>();
    inHand = { ...hand, finished: done.promise };
    trouble = null;
    board.show({ state: 'drafting', model_name: autodoc.model_name, tokens_per_second: null });
    try {
      const outcome = await hand.outcome;
      // Whoever it is written for may have signed out meanwhile: then it waits for them.
      const author = authorFor(authorId);
      const ended =
        outcome === null || author === null ? null : finish(autodoc.id, author, outcome);
      if (ended === null) board.show({ state: 'idle' });
      else report(ended);
      return true;
    } catch (error) {
      const { code, message } = toErrorEnvelope(error);
      logger.warn('a draft must wait', { autodoc: autodoc.id, code });
      trouble = { autodocId: autodoc.id, error };
      board.show({ state: 'failed', message });
      return false;
    } finally {
      stopBeating();
      inHand = null;
      done.resolve(null);
      bell.ring();
    }
  }

  /** Renews the leases and looks whether the draft still wants writing, until called again. */
  function keepLeases(hand: DraftInHand): () => void {
    const model = lease(modelLease(hand.autodoc.model_name));
    const right = lease(draftingLease);
    const beat = (): void => {
      try {
        model.acquire();
        if (!right.acquire()) hand.stop('lease lost');
        stopIfEnded(hand);
      } catch (error) {
        logger.warn('a lease could not be renewed', { code: toErrorEnvelope(error).code });
      }
    };
    beat();
    const timer = setInterval(beat, timing.leaseMs / 4);
    return () => {
      clearInterval(timer);
      letGo(model);
    };
  }

  function letGo(held: Lease): void {
    try {
      held.release();
    } catch (error) {
      // It runs out by itself.
      logger.warn('a lease could not be released', { code: toErrorEnvelope(error).code });
    }
  }

  /** Another process may have cancelled what this one writes. */
  function stopIfEnded(hand: DraftInHand): void {
    const row = library.store().autodocs.get(hand.autodoc.id);
    if (row?.autodoc_state !== 'queued') hand.stop('ended elsewhere');
  }

  function progressReporter(
    { id, document_id }: AutodocWithDocument,
    onOtherWriter: () => void,
  ): (progress: GenerateProgress) => void {
    let writer = library.store().otherWriterVersion();
    let shownMs = -Infinity;
    return ({ text, tokens, maxNewTokens, tokensPerSecond, device, variant }) => {
      const now = library.store().otherWriterVersion();
      if (now !== writer) onOtherWriter();
      writer = now;
      if (performance.now() - shownMs < progressGapMs) return;
      shownMs = performance.now();
      events.emit('draft:progress', {
        autodoc_id: id,
        document_id,
        text,
        tokens,
        max_new_tokens: maxNewTokens,
        tokens_per_second: tokensPerSecond,
      });
      board.show({ state: 'drafting', device, variant, tokens_per_second: tokensPerSecond });
    };
  }

  /**
   * Writes a draft's end. One that has its end already, from wherever, keeps it. Null: its document
   * was purged meanwhile, and the draft with it.
   */
  function finish(
    autodocId: Id,
    author: Author,
    outcome: AutodocOutcome,
  ): AutodocWithDocument | null {
    const store = library.store();
    try {
      const ended = store.write(author, (transaction) =>
        transaction.finishAutodoc(autodocId, outcome),
      );
      events.emit('autodoc:changed', ended);
      return ended;
    } catch (error) {
      const row = store.autodocs.get(autodocId);
      if (row?.autodoc_state === 'queued') throw error;
      return row;
    }
  }

  /** Says how it ended: one line in the log, the status bar. */
  function report({ id, autodoc_state, failure, ...autodoc }: AutodocWithDocument): void {
    const { model_name, device, variant, tokens, duration_ms } = autodoc;
    logger.info('draft', {
      id,
      autodoc_state,
      model_name,
      device,
      variant,
      tokens,
      duration_ms,
    });
    if (autodoc_state === 'failed') board.show({ state: 'failed', message: failure });
    else if (autodoc_state === 'done') board.show({ state: 'idle', device, variant });
    else board.show({ state: 'idle' });
  }

  function find(autodocId: Id): AutodocWithDocument {
    const row = library.store().autodocs.get(autodocId);
    if (row !== null) return row;
    throw new AppError('not_found', `There is no autodoc ${autodocId}.`, {
      details: { id: autodocId },
    });
  }

  return {
    start() {
      if (isRunning) return;
      isRunning = true;
      loop = workOff();
    },
    async stop() {
      isRunning = false;
      inHand?.stop('shutting down');
      bell.ring();
      await loop;
    },
    wake: () => bell.ring(),
    async cancel(author, autodocId) {
      if (find(autodocId).autodoc_state !== 'queued') return find(autodocId);
      if (inHand?.autodoc.id !== autodocId) finish(autodocId, author, cancelledBeforeStart);
      else {
        inHand.stop('cancelled');
        await inHand.finished;
      }
      return find(autodocId);
    },
    async ended(autodocId, signal) {
      for (;;) {
        const row = find(autodocId);
        if (row.autodoc_state !== 'queued') return row;
        if (authorFor(row.created_by) === null) throw waitsForAnother(autodocId);
        if (trouble?.autodocId === autodocId) throw trouble.error;
        await bell.wait(timing.tickMs, signal);
      }
    },
  };
}
