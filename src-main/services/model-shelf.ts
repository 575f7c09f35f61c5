import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Advice } from '../contract/chosen-parameters.ts';
import { AppError } from '../contract/errors.ts';
import type { ModelCard } from '../contract/models.ts';
import type {
  InferenceClient,
  ModelReference,
  ModelStore,
  MeasureModelRequest,
  PrepareModelRequest,
  PrepareOptions,
} from '../inference/client/types.ts';
import type { Logger } from '../logging/logger.ts';

/** The model that comes with the application: a Hugging Face folder among its resources. */
interface BundledModel {
  readonly name: string;
  readonly directory: string;
}

export interface ModelShelfOptions {
  readonly modelsDirectory: string;
  readonly bundled: BundledModel;
  readonly client: InferenceClient;
  /** The prepared models in a folder. */
  readonly openModelStore: (modelsDirectory: string) => ModelStore;
  /** A checkpoint's identity, as the card's `sha256`. Throws `model_invalid`. */
  readonly hashCheckpoint: (directory: string) => Promise<string>;
  /** What a checkpoint's `generation_config.json` recommends. Throws `model_invalid`. */
  readonly readAdvice: (directory: string) => Promise<Advice>;
  readonly logger: Logger;
}

/** Where models come from: the store, the bundled starter, and folders that were never imported. */
export interface ModelShelf {
  readonly bundledName: string;
  readonly store: ModelStore;
  /** The starter among them, prepared. */
  list(): Promise<readonly ModelCard[]>;
  /** Whether a name can be drafted with; does not wait for the starter. */
  has(name: string): Promise<boolean>;
  /** What a model recommends to draft with; does not wait for the starter. Throws as `get`. */
  advice(name: string): Promise<Advice>;
  /** Prepares the starter when it is asked for first. Throws as `ModelStore.get`. */
  get(name: string): Promise<ModelReference>;
  /** A name first, then a Hugging Face folder, which is prepared once and kept by its hash. */
  find(nameOrDirectory: string, options?: PrepareOptions): Promise<ModelReference>;
  /** @param options.origin where the folder came from, for the card; the folder itself by default */
  prepare(
    source: string,
    name: string,
    options?: PrepareOptions & Pick<PrepareModelRequest, 'origin' | 'variants'>,
  ): Promise<ModelCard>;
  /** Measures a model's variants anew; its card says what was found. Throws as `get`. */
  measure(
    name: string,
    on: Pick<MeasureModelRequest, 'text' | 'documents'>,
    options?: PrepareOptions,
  ): Promise<ModelCard>;
}

export function createModelShelf(options: ModelShelfOptions): ModelShelf {
  const { modelsDirectory, bundled, client, openModelStore, logger } = options;
  const { hashCheckpoint, readAdvice } = options;
  const store = openModelStore(modelsDirectory);
  const foldersDirectory = path.join(modelsDirectory, '.folders');
  const folders = openModelStore(foldersDirectory);
  let starter: Promise<ModelReference> | null = null;

  /** One preparation at a time; a failed one is tried again by whoever asks next. */
  function bundledModel(): Promise<ModelReference> {
    starter ??= prepareBundled().catch((error: unknown) => {
      starter = null;
      throw error;
    });
    return starter;
  }

  async function prepareBundled(): Promise<ModelReference> {
    const { name, directory } = bundled;
    const sha256 = await hashCheckpoint(directory);
    const kept = await readable(store, name);
    // One that an earlier version of the application prepared lacks what that did not know.
    if (kept?.card.sha256 === sha256 && kept.card.measurement !== null) return kept;
    // Replaced by an update of the application, or damaged on disk.
    if (await isDirectory(path.join(modelsDirectory, name))) {
      logger.info('the bundled model on disk is another one, older or damaged: made anew');
      await store.remove(name).catch(ignoring('model_not_found'));
    }
    return prepareIn(store, { source: directory, modelsDirectory, name, bundled: true });
  }

  async function fromFolder(directory: string, prepareOptions: PrepareOptions) {
    const sha256 = await hashCheckpoint(directory);
    const name = sha256;
    const kept = await readable(folders, name);
    if (kept === null) {
      await folders.remove(name).catch(ignoring('model_not_found'));
      await removeOldest(folders, keptFolders - 1);
    }
    const reference =
      kept ??
      (await prepareIn(
        folders,
        { source: directory, modelsDirectory: foldersDirectory, name, bundled: false },
        prepareOptions,
      ));
    // A folder is looked at as it is: nobody has accepted the price of a smaller variant.
    return {
      ...reference,
      card: {
        ...reference.card,
        name: path.basename(directory),
        default_variant: 'fp32' as const,
      },
    };
  }

  async function prepareIn(
    target: ModelStore,
    request: Parameters<InferenceClient['prepareModel']>[0],
    prepareOptions?: PrepareOptions,
  ): Promise<ModelReference> {
    // Another process may have prepared the same model meanwhile: then theirs is as good.
    await client.prepareModel(request, prepareOptions).catch(ignoring('already_exists'));
    return target.get(request.name);
  }

  return {
    bundledName: bundled.name,
    store,
    async list() {
      await bundledModel().catch((error: unknown) => {
        // The others are there all the same.
        const code = error instanceof AppError ? error.code : 'internal';
        logger.error('the bundled model could not be prepared', { code });
      });
      return store.list();
    },
    async has(name) {
      if (name === bundled.name) return true;
      return (await store.list()).some((card) => card.name === name);
    },
    async advice(name) {
      if (name === bundled.name) return readAdvice(bundled.directory);
      return (await store.get(name)).card.recommended_parameters;
    },
    get: (name) => (name === bundled.name ? bundledModel() : store.get(name)),
    async find(nameOrDirectory, prepareOptions = {}) {
      if (nameOrDirectory === bundled.name) return bundledModel();
      if ((await store.list()).some((card) => card.name === nameOrDirectory)) {
        return store.get(nameOrDirectory);
      }
      const directory = path.resolve(nameOrDirectory);
      if (await isDirectory(directory)) return fromFolder(directory, prepareOptions);
      throw new AppError(
        'model_not_found',
        `There is no model named "${nameOrDirectory}" and no folder of that name. "autodoc models list" shows the models there are.`,
        { details: { model: nameOrDirectory } },
      );
    },
    async prepare(source, name, { origin, variants, ...prepareOptions } = {}) {
      // Whether or not the starter has been prepared yet, and on disks that fold cases too.
      if (name.toLowerCase() === bundled.name) {
        throw new AppError(
          'already_exists',
          `"${name}" is the name of the model that comes with Autodoc. Choose another name.`,
          { details: { model: name } },
        );
      }
      const request = { source, modelsDirectory, name, bundled: false };
      return client.prepareModel(
        {
          ...request,
          ...(origin !== undefined && { origin }),
          ...(variants !== undefined && { variants }),
        },
        prepareOptions,
      );
    },
    async measure(name, on, measureOptions) {
      const model = name === bundled.name ? await bundledModel() : await store.get(name);
      const card = await client.measureModel({ model, ...on }, measureOptions);
      if (name === bundled.name) starter = Promise.resolve({ ...model, card });
      return card;
    },
  };
}

/** How many folders that were never imported stay prepared: each is as large as its model. */
const keptFolders = 8;

async function removeOldest(store: ModelStore, howManyStay: number): Promise<void> {
  const cards = [...(await store.list())].sort((one, other) =>
    one.imported_on < other.imported_on ? 1 : -1,
  );
  for (const { name } of cards.slice(howManyStay)) {
    await store.remove(name).catch(ignoring('model_not_found'));
  }
}

/** A whole model, or null where there is none that can be used. */
async function readable(store: ModelStore, name: string): Promise<ModelReference | null> {
  return store.get(name).catch(ignoring('model_not_found', 'model_invalid'));
}

function ignoring(...codes: readonly string[]): (error: unknown) => null {
  return (error) => {
    if (error instanceof AppError && codes.includes(error.code)) return null;
    throw error;
  };
}

async function isDirectory(directory: string): Promise<boolean> {
  const found = await stat(directory).catch(() => null);
  return found?.isDirectory() ?? false;
}
