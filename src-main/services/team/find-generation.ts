import { AppError } from '../../contract/errors.ts';
import { generationFile, listGenerations } from '../../sync/kept-files.ts';

/** An earlier team file that a library has kept. Throws `not_found`. */
export function findGeneration(
  directory: string,
  id: string,
): { readonly file: string; readonly kept_on: string } {
  const found = listGenerations(directory).find((generation) => generation.id === id);
  const file = generationFile(directory, id);
  if (found !== undefined && file !== null) return { file, kept_on: found.kept_on };
  throw new AppError(
    'not_found',
    'That earlier team file is not kept any more. Nothing was made. Choose another one.',
  );
}
