import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { composeApplication, type Application } from '../../../src-main/composition.ts';
import type { AutodocWithDocument, Id } from '../../../src-main/contract/domain.ts';
import type {
  EngineProcess,
  StartEngineProcess,
} from '../../../src-main/inference/host/process-host.ts';
import { forkHost } from '../../../src-main/inference/host/fork-host.ts';
import { placesAt } from '../../../src-main/places.ts';
import type { Principal } from '../../../src-main/access/authorize.ts';
import { writeCheckpointFolder, type CheckpointSizes } from '../../fixtures/checkpoint-folder.ts';
import { workerEntry } from '../../fixtures/engine.ts';
import { syncWorker } from '../../fixtures/sync-worker.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

/** Drafts of a few dozen steps: long enough to be hit in the middle. */
const sizes: CheckpointSizes = {
  n_layer: 2,
  n_head: 2,
  n_embd: 16,
  n_positions: 128,
  vocab_size: 300,
};

/** The application as it is installed, without a window: real library, real engine processes. */
export interface RealApplication extends Application {
  readonly owner: Principal;
  /** Where the models lie. */
  readonly modelsDirectory: string;
  /** The engine's processes, in the order they were started. */
  readonly engines: readonly EngineProcess[];
  /** The states that drafts ended in, each time one was told. */
  readonly endings: ReadonlyMap<Id, readonly AutodocWithDocument['autodoc_state'][]>;
}

export interface RealApplicationOptions {
  readonly sizes?: CheckpointSizes;
  readonly startEngine?: StartEngineProcess;
}

/** Its bundled model is a small one with random weights, prepared already. */
export async function openRealApplication(
  options: RealApplicationOptions = {},
): Promise<RealApplication> {
  const folder = await temporaryFolder();
  const resourcesDirectory = path.join(folder, 'resources');
  const starter = path.join(resourcesDirectory, 'models', 'starter');
  await mkdir(path.dirname(starter), { recursive: true });
  await writeCheckpointFolder(starter, options.sizes ?? sizes);

  const start = options.startEngine ?? forkHost(workerEntry);
  const engines: EngineProcess[] = [];
  const places = placesAt(path.join(folder, 'home'));
  const application = composeApplication({
    places,
    resourcesDirectory,
    syncWorker,
    appVersion: '1.2.3',
    timing: { leaseMs: 2_000, tickMs: 20, retryMs: 50 },
    startEngine: () => {
      const engine = start();
      engines.push(engine);
      return engine;
    },
  });
  onTestFinished(() => application.dispose());
  const { services } = application;
  await services.library.start(services.principal(), { mode: 'just_me', name: 'Ada' });
  await services.models.list(services.principal(), undefined);

  const endings = new Map<Id, AutodocWithDocument['autodoc_state'][]>();
  services.events.on('autodoc:changed', ({ id, autodoc_state }) => {
    if (autodoc_state === 'queued') return;
    endings.set(id, [...(endings.get(id) ?? []), autodoc_state]);
  });
  return {
    ...application,
    owner: services.principal(),
    modelsDirectory: places.models,
    engines,
    endings,
  };
}

/** Saves a text of its own and queues its draft. */
export async function queueDraft(
  { services, owner }: RealApplication,
  text = 'The ferry was late again.',
): Promise<Id> {
  const { autodoc } = await services.documents.create(owner, {
    document_name: 'A document',
    document_body: text,
    draft: true,
  });
  return autodoc!.id;
}

/** What a person does while the engine is in trouble: it must be answered whatever happens. */
export async function answersQuestions({ services, owner }: RealApplication): Promise<void> {
  const page = await services.documents.list(owner, {
    ...{ query: '', place: 'library' as const, offset: 0, limit: 10 },
  });
  if (page.documents.length === 0) throw new Error('The library lost its documents');
  await services.engine.status(owner, undefined);
  await services.autodocs.queue(owner, undefined);
}
