import type { Id } from '../../contract/domain.ts';
import { libraryAccounts } from '../projection/entities.ts';

/** Whether a change says that it switches this library's accounts on. */
export function isSwitchOf(
  libraryId: Id,
  change: { readonly entity: string; readonly entity_id: Id; readonly field: string },
): boolean {
  const { entity, entity_id, field } = change;
  return entity === 'library' && entity_id === libraryId && field === libraryAccounts;
}
