import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { AutodocWithDocument } from '../../../src-main/contract/domain.ts';
import { silentLogger } from '../../../src-main/logging/logger.ts';
import type { Principal } from '../../../src-main/services/access.ts';
import { createServices } from '../../../src-main/services/create-services.ts';
import {
  createLibraryHandle,
  type LibraryHandle,
} from '../../../src-main/services/library-handle.ts';
import { createModelShelf } from '../../../src-main/services/model-shelf.ts';
import type { Services } from '../../../src-main/services/services.ts';
import { openStore } from '../../../src-main/store/open-store.ts';
import { FakeEngine, FakeModelStore } from './fake-engine.ts';

/** A process's worth of the application over a real library, with an engine without a model. */
export interface Workplace {
  readonly directory: string;
  readonly services: Services;
  readonly library: LibraryHandle;
  readonly engine: FakeEngine;
  readonly models: FakeModelStore;
  /** The library's owner; starts the library. */
  owner(): Promise<Principal>;
  /** Ends it as an application ends. */
  close(): Promise<void>;
}

export interface WorkplaceOptions {
  /** A library to share with another workplace. Default: a new one. */
  readonly directory?: string;
  /** The starter's identity, as its files hash. */
  readonly starterSha256?: () => string;
}

export const timing = { leaseMs: 2_000, tickMs: 20, retryMs: 50 };

export function openWorkplace(options: WorkplaceOptions = {}): Workplace {
  const { starterSha256 = () => 'a'.repeat(64) } = options;
  const directory = options.directory ?? temporaryFolder();
  const modelsDirectory = path.join(directory, 'models');
  const models = new FakeModelStore(modelsDirectory);
  const engine = new FakeEngine(models);
  const library = createLibraryHandle({
    directory,
    exists: () => existsSync(path.join(directory, 'replica.db')),
    open: () => openStore({ directory, logger: silentLogger }),
  });
  const services = createServices({
    library,
    models: createModelShelf({
      modelsDirectory,
      bundled: { name: 'starter', directory: '/resources/models/starter' },
      client: engine,
      openModelStore: () => models,
      hashCheckpoint: () => Promise.resolve(starterSha256()),
      logger: silentLogger,
    }),
    modelsDirectory,
    client: engine,
    appVersion: '1.2.3',
    logger: silentLogger,
    timing,
  });
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    await services.stop();
    library.close();
  };
  onTestFinished(close);
  return {
    ...{ directory, services, library, engine, models, close },
    async owner() {
      if (services.principal().kind === 'visitor') {
        await services.library.start(services.principal(), { mode: 'just_me', name: 'Ada' });
      }
      return services.principal();
    },
  };
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'autodoc-services-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Resolves with the autodoc once something is true of it. */
export async function autodocWhen(
  { library }: Workplace,
  autodocId: string,
  isSo: (autodoc: AutodocWithDocument) => boolean,
): Promise<AutodocWithDocument> {
  for (;;) {
    const autodoc = library.store().autodocs.get(autodocId)!;
    if (isSo(autodoc)) return autodoc;
    await pause();
  }
}

/** Resolves once something is true. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause();
}

function pause(): Promise<unknown> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
