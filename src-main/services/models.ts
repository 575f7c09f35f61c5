import path from 'node:path';
import type { ChannelPayload } from '../contract/channels.ts';
import { AppError } from '../contract/errors.ts';
import type { ModelCard, ModelSummary } from '../contract/models.ts';
import type { PrepareOptions } from '../inference/client/types.ts';
import type { Logger } from '../logging/logger.ts';
import { allDocuments, aModel, authorize, type Principal } from '../access/authorize.ts';
import { modelLease } from './drafting/draft-runner.ts';
import type { EventBus } from './event-bus.ts';
import type { Jobs } from './jobs.ts';
import { latestDocuments } from './latest-documents.ts';
import { openLease, type Lease } from './lease.ts';
import type { LibraryHandle } from './library-handle.ts';
import type { ModelShelf } from './model-shelf.ts';
import type { ModelsService, PrepareModelOptions } from './services.ts';

export interface ModelsServiceOptions {
  readonly models: ModelShelf;
  readonly jobs: Jobs;
  readonly library: LibraryHandle;
  readonly events: EventBus;
  readonly logger: Logger;
  readonly holder: string;
}

/** Long enough to delete a folder of a few gigabytes. */
const removalMs = 10_000;

export function createModelsService(options: ModelsServiceOptions): ModelsService {
  const { models, jobs, library, events, logger, holder } = options;

  async function prepare(
    { directory, name }: { readonly directory: string; readonly name: string | null },
    prepareOptions?: PrepareModelOptions,
  ): Promise<ModelCard> {
    const source = path.resolve(directory);
    const card = await models.prepare(source, name ?? path.basename(source), prepareOptions);
    events.emit('models:changed', null);
    logger.info('model imported', { model: card.name, sha256: card.sha256 });
    return card;
  }

  async function measure(
    { name, text }: ChannelPayload<'models:measure'>,
    measureOptions?: PrepareOptions,
  ): Promise<ModelCard> {
    const ownDocuments = () => (library.exists() ? latestDocuments(library.store()) : []);
    const documents = text === 'documents' ? ownDocuments() : [];
    const card = await models.measure(name, { text, documents }, measureOptions);
    events.emit('models:changed', null);
    logger.info('model measured', { model: name, text, default_variant: card.default_variant });
    return card;
  }

  function authorizeMeasuring(
    principal: Principal,
    { name, text }: ChannelPayload<'models:measure'>,
  ): void {
    authorize(principal, 'model:manage', aModel(name));
    if (text === 'documents') authorize(principal, 'library:export', allDocuments);
  }

  /** Not the drafts' own: this process may be drafting with the model. */
  function removalLease(name: string): Lease {
    const remover = `${holder}:remove`;
    return openLease({
      ...{ store: library.store(), name: modelLease(name), holder: remover, ttlMs: removalMs },
    });
  }

  return {
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
      return jobs.start({
        kind: 'import_model',
        subject: payload.name ?? path.basename(payload.directory),
        beginning: 'Looking at the folder',
        operation: 'model:manage',
        async run(jobOptions) {
          const card = await prepare(payload, jobOptions);
          return `"${card.name}" is ready.`;
        },
      });
    },

    async measureNow(principal, payload, measureOptions) {
      authorizeMeasuring(principal, payload);
      return measure(payload, measureOptions);
    },

    measure(principal, payload) {
      authorizeMeasuring(principal, payload);
      return jobs.start({
        kind: 'measure_model',
        subject: payload.name,
        beginning: 'Looking at the model',
        operation: 'model:manage',
        cancelled: 'Cancelled. What was measured before is kept.',
        async run(jobOptions) {
          const card = await measure(payload, jobOptions);
          return `"${card.name}" is measured. By default it drafts with ${card.default_variant}.`;
        },
      });
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
  };
}

/** A card without what its maker tells at length: lists are short. */
function summaryOf(card: ModelCard): ModelSummary {
  const { readme: _readme, training: _training, ...summary } = card;
  return summary;
}
