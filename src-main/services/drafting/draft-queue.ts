import { randomInt } from 'node:crypto';
import { chosenParameters, type Advice } from '../../contract/chosen-parameters.ts';
import type { AutodocWithDocument, Version } from '../../contract/domain.ts';
import type { Settings } from '../../contract/settings.ts';
import type { Logger } from '../../logging/logger.ts';
import { toErrorEnvelope } from '../../contract/errors.ts';
import type { NewAutodoc, StoreTransaction } from '../../store/types.ts';
import type { EventBus } from '../event-bus.ts';
import type { ModelShelf } from '../model-shelf.ts';
import type { SettingsReader } from '../settings.ts';
import { recordedParameters } from './draft-parameters.ts';
import type { EngineBoard } from './engine-board.ts';

/** A draft to be, settled before the transaction that queues it. */
interface DraftOrder extends Omit<NewAutodoc, 'document_id' | 'version_id'> {
  /** What the user should know of it, e.g. that another model takes the chosen one's place. */
  readonly message: string | null;
}

export interface DraftQueue {
  /** What the settings ask for; null for a blank text, which is never drafted. */
  order(documentBody: string): Promise<DraftOrder | null>;
  /** Queues it in the transaction that the version is written in. */
  place(transaction: StoreTransaction, order: DraftOrder, version: Version): AutodocWithDocument;
  /** Tells the world and the runner, once the transaction is through. */
  announce(order: DraftOrder, autodoc: AutodocWithDocument): void;
}

export interface DraftQueueOptions {
  readonly settings: SettingsReader;
  readonly models: ModelShelf;
  readonly board: EngineBoard;
  readonly events: EventBus;
  readonly logger: Logger;
  readonly onQueued: () => void;
}

const seedLimit = 2 ** 32;

export function createDraftQueue(options: DraftQueueOptions): DraftQueue {
  const { settings, models, board, events, logger, onQueued } = options;

  /** The model's advice where it is wanted; saving never fails for want of it. */
  async function adviceFor(chosen: Settings, modelName: string): Promise<Advice | null> {
    if (chosen.parameter_source !== 'model') return null;
    try {
      return await models.advice(modelName);
    } catch (error) {
      logger.warn("a model's advice could not be read", { code: toErrorEnvelope(error).code });
      return null;
    }
  }

  return {
    async order(documentBody) {
      if (documentBody.trim() === '') return null;
      const chosen = settings.current();
      const isThere = await models.has(chosen.model_name);
      const modelName = isThere ? chosen.model_name : models.bundledName;
      const parameters = chosenParameters(chosen, await adviceFor(chosen, modelName));
      return {
        model_name: modelName,
        parameters: recordedParameters(parameters),
        seed: parameters.seed ?? randomInt(seedLimit),
        message: isThere
          ? null
          : `The model "${chosen.model_name}" is no longer there. "${modelName}" drafts in its place until you choose another.`,
      };
    },
    place: (transaction, { model_name, parameters, seed }, version) =>
      transaction.queueAutodoc({
        document_id: version.document_id,
        version_id: version.id,
        model_name,
        parameters,
        seed,
      }),
    announce({ message }, autodoc) {
      events.emit('autodoc:changed', autodoc);
      board.show({ message });
      onQueued();
    },
  };
}
