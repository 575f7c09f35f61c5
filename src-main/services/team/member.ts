import type { User } from '../../contract/domain.ts';
import type { LibraryStore } from '../../store/types.ts';
import { systemUserName } from '../system-user-name.ts';
import { memberIn, sharedKeys, type Member } from './shared-values.ts';

/** The member of an open library who works at this machine; the owner where nobody was said to. */
export function memberHere({ users, values }: LibraryStore): User | null {
  const member = memberIn(values);
  return (member === null ? null : users.get(member.id)) ?? users.first();
}

/**
 * Whoever was said to work here becomes a user of an open library, under the name they gave. At
 * every opening: a machine may lose power between the making of a library and this, and one
 * that was set back may have lost its user. Where accounts are on nobody is let in like this.
 */
export function settleMember(store: LibraryStore): LibraryStore {
  const { users, values } = store;
  const member = memberIn(values);
  if (member === null || store.accountsAreOn()) return store;
  const { id } = member;
  const name = member.name?.trim() ?? '';
  const isNamed = name === '' || users.get(id)?.name === name;
  if (users.get(id) === null || !isNamed) {
    store.write({ id }, (transaction) => {
      // Looked at within the transaction: two processes may open one library.
      if (users.get(id) === null) {
        transaction.createUser({
          ...{ id, name: name || systemUserName(), email: '', organization: '' },
          ...{ user_type: 'admin', user_status: 'approved' },
        });
      } else if (!isNamed) {
        transaction.updateUser(id, { name });
      }
    });
  }
  if (member.name !== null) values.set(sharedKeys.member, { id, name: null } satisfies Member);
  return store;
}
