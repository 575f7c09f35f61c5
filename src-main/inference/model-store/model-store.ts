import { readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../contract/errors.ts';
import type { Logger } from '../../logging/logger.ts';
import { isMissing } from '../checkpoint/read-json.ts';
import type { ModelReference, ModelStore } from '../client/types.ts';
import { readCardFile, verifyFiles } from './card-file.ts';
import { checkModelName } from './model-name.ts';
import { makeWorkingFolder } from './temporary-folders.ts';

/** The prepared models in a folder, which need not exist yet. */
export function openModelStore(modelsDirectory: string, logger: Logger): ModelStore {
  const log = logger.scope('models');

  async function open(directory: string): Promise<ModelReference> {
    const cardFile = await readCardFile(directory);
    await verifyFiles(directory, cardFile);
    return { directory, card: cardFile.card };
  }

  const folderOf = (name: string): string => {
    checkModelName(name);
    return path.join(modelsDirectory, name);
  };

  return {
    async list() {
      const entries = await readdir(modelsDirectory, { withFileTypes: true }).catch(
        (error: unknown) => {
          if (isMissing(error)) return [];
          throw error;
        },
      );
      const cards = [];
      const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
      for (const { name } of folders) {
        try {
          cards.push((await readCardFile(path.join(modelsDirectory, name))).card);
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          if (error.code === 'model_invalid') {
            log.warn('a damaged model is left out of the list', { code: error.code });
          }
        }
      }
      return cards.sort((a, b) => (a.name < b.name ? -1 : 1));
    },

    get: async (name) => open(folderOf(name)),

    open,

    async remove(name) {
      const folder = folderOf(name);
      const found = await stat(folder).catch(() => null);
      if (found?.isDirectory() !== true) {
        throw new AppError(
          'model_not_found',
          `There is no model named "${name}" on this machine.`,
          { details: { model: name } },
        );
      }
      // Out of the list in one step; deleting gigabytes takes longer and may be interrupted.
      const working = await makeWorkingFolder(modelsDirectory);
      try {
        await rename(folder, path.join(working, 'removed'));
      } catch (cause) {
        await rm(working, { recursive: true, force: true });
        throw new AppError(
          'model_in_use',
          `The model "${name}" could not be removed, because its files are in use. ` +
            'It is kept as it was. Wait for the draft to end, or restart Autodoc, and try again.',
          { details: { model: name }, cause },
        );
      }
      await rm(working, { recursive: true, force: true });
    },
  };
}
