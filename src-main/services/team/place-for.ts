import type { Id } from '../../contract/domain.ts';
import { AppError, toErrorEnvelope } from '../../contract/errors.ts';
import type { LibraryMaker } from '../../sync/making/maker.ts';
import { teamFilePath } from './team-file-path.ts';

/**
 * A place that a library's team file may be moved to: nothing lies there yet, or a file of this
 * very library. Throws `team_file_foreign` and what looking into it throws.
 */
export async function placeFor(libraryId: Id, given: string, maker: LibraryMaker): Promise<string> {
  const file = teamFilePath(given);
  const looked = await maker.lookInto(file).catch((error: unknown) => {
    if (toErrorEnvelope(error).code === 'team_file_missing') return null;
    throw error;
  });
  if (looked === null || looked.library_id === libraryId) return file;
  throw new AppError(
    'team_file_foreign',
    `"${file}" is the file of another team. It is left as it is, and nothing was changed. ` +
      'Choose another place, or join that team.',
    { details: { file } },
  );
}
