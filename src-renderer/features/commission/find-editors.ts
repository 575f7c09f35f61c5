import type { User } from '../../../src-main/contract/domain.ts';
import { call } from '../../ipc/client.ts';
import type { FoundOption } from '../../ui/found-option.ts';

/** As many as a list shows; typing narrows them down. */
const mostFound = 20;

/** Editors whose name, address or organization has the typed words. */
export async function findEditors(query: string): Promise<readonly FoundOption[]> {
  const { users } = await call('users:list', {
    query,
    user_type: 'editor',
    user_status: 'approved',
    offset: 0,
    limit: mostFound,
  });
  return users.map(editorOption);
}

/** An editor as a list of them shows one. */
function editorOption({
  id,
  name,
  organization,
  email,
}: Pick<User, 'id' | 'name' | 'organization' | 'email'>): FoundOption {
  const description = [organization, email].filter((fact) => fact !== '').join(' · ');
  return { value: id, label: name, description };
}
