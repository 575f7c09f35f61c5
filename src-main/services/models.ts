import path from 'node:path';
import { uuidv7 } from 'uuidv7';
import type { JobProgress } from '../contract/channels.ts';
import type { Id } from '../contract/domain.ts';
import { AppError, toErrorEnvelope } from '../contract/errors.ts';
import type { ModelCard, ModelSummary } from '../contract/models.ts';
import type { PrepareOptions } from '../inference/client/types.ts';
import type { Logger } from '../logging/logger.ts';
import { aModel, authorize } from './access.ts';
import { modelLease } from './drafting/draft-runner.ts';
import type { EventBus } from './event-bus.ts';
import { openLease, type Lease } from './lease.ts';
import type { LibraryHandle } from './library-handle.ts';
import type { ModelShelf } from './model-shelf.ts';
import type { ModelsService, Room } from './services.ts';

export interface ModelsServiceOptions {
  readonly models: ModelShelf;
  readonly library: LibraryHandle;
  readonly events: EventBus;
  readonly logger: Logger;
  readonly holder: string;
}

/** Long enough to delete a folder of a few gigabytes. */
const removalMs = 10_000;

export function createModelsService(options: ModelsServiceOptions): {
  readonly models: ModelsService;
  readonly jobs: Room<'jobs'>;
} {
  const { models, library, events, logger, holder } = options;
  const running = new Map<Id, AbortController>();

  async function prepare(
    { directory, name }: { readonly directory: string; readonly name: string | null },
    prepareOptions?: PrepareOptions,
  ): Promise<ModelCard> {
    const source = path.resolve(directory);
    const card = await models.prepare(source, name ?? path.basename(source), prepareOptions);
    events.emit('models:changed', null);
    logger.info('model imported', { model: card.name, sha256: card.sha256 });
    return card;
  }

  /** Not the drafts' own: this process may be drafting with the model. */
  function removalLease(name: string): Lease {
    const remover = `${holder}:remove`;
    return openLease({
      ...{ store: library.store(), name: modelLease(name), holder: remover, ttlMs: removalMs },
    });
  }

  /** An import as a job of its own: its end is told by events alone. */
  async function importInBackground(
    jobId: Id,
    payload: { readonly directory: string; readonly name: string | null },
    signal: AbortSignal,
  ): Promise<void> {
    const subject = payload.name ?? path.basename(payload.directory);
    const tell = (change: Pick<JobProgress, 'state' | 'message' | 'fraction'>): void =>
      events.emit('job:changed', { job_id: jobId, kind: 'import_model', subject, ...change });
    tell({ state: 'running', message: 'Looking at the folder', fraction: null });
    try {
      const card = await prepare(payload, {
        signal,
        onProgress: ({ message, fraction }) => tell({ state: 'running', message, fraction }),
      });
      tell({ state: 'done', message: `"${card.name}" is ready.`, fraction: 1 });
    } catch (error) {
      const { code, message } = toErrorEnvelope(error);
      if (code === 'cancelled') {
        tell({ state: 'cancelled', message: 'Cancelled. Nothing was kept.', fraction: null });
      } else {
        logger.warn('a model could not be imported', { code });
        tell({ state: 'failed', message, fraction: null });
      }
    } finally {
      running.delete(jobId);
    }
  }

  return {
    models: {
      async list(principal) {
        authorize(principal, 'model:read', aModel(null));
        const cards = await models.list();
        return cards.map(summaryOf);
      },

      async show(principal, { name }) {
        authorize(principal, 'model:read', aModel(name));
        return (await models.get(name)).card;
      },

      prepare(principal, payload, prepareOptions) {
        authorize(principal, 'model:manage', aModel(payload.name));
        return prepare(payload, prepareOptions);
      },

      import(principal, payload) {
        authorize(principal, 'model:manage', aModel(payload.name));
        const jobId = uuidv7();
        const abort = new AbortController();
        running.set(jobId, abort);
        void importInBackground(jobId, payload, abort.signal);
        return { job_id: jobId };
      },

      async remove(principal, { name }) {
        authorize(principal, 'model:manage', aModel(name));
        if (name === models.bundledName) {
          throw new AppError(
            'not_allowed',
            `"${name}" comes with Autodoc and stays, so that there is always a model to draft with.`,
            { details: { model: name } },
          );
        }
        const lease = library.exists() ? removalLease(name) : null;
        if (lease?.acquire() === false) {
          throw new AppError(
            'model_in_use',
            `"${name}" is writing a draft right now. Cancel the draft or wait for its end, then remove the model.`,
            { details: { model: name } },
          );
        }
        try {
          await models.store.remove(name);
        } finally {
          lease?.release();
        }
        events.emit('models:changed', null);
        logger.info('model removed', { model: name });
        return null;
      },
    },

    jobs: {
      cancel(principal, { job_id }) {
        authorize(principal, 'model:manage', aModel(null));
        // A job that has ended meanwhile is as cancelled as it can be.
        running.get(job_id)?.abort(new AppError('cancelled', 'The import was cancelled.'));
        return null;
      },
    },
  };
}

/** A card without its README: lists are short. */
function summaryOf(card: ModelCard): ModelSummary {
  const summary: Omit<ModelCard, 'readme'> & { readme?: unknown } = { ...card };
  delete summary.readme;
  return summary;
}
