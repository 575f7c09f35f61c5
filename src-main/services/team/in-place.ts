import path from 'node:path';
import { authorize, authorOf, theLibrary, type Principal } from '../../access/authorize.ts';
import type { Id } from '../../contract/domain.ts';
import { AppError } from '../../contract/errors.ts';
import type { LibraryStore } from '../../store/types.ts';
import type { SyncProgress } from '../../sync/types.ts';
import { findDocument } from '../document-access.ts';
import { findGeneration } from './find-generation.ts';
import { isLibrary } from './library-shelf.ts';
import { memberHere } from './member.ts';
import { newMember, sameMember, valuesOf } from './new-library.ts';
import { placeFor } from './place-for.ts';
import { roundsUntilSettled } from './rounds-until-settled.ts';
import { addNotice, limitsOf, sharedKeys, teamFileIn, type Member } from './shared-values.ts';
import { newTeamFilePath, teamFilePath } from './team-file-path.ts';
import type { TeamParts } from './team-parts.ts';
import type { TeamInPlace } from './types.ts';

export type TeamInPlaceOptions = Pick<
  TeamParts,
  'library' | 'sharing' | 'maker' | 'roundsOf' | 'openLibrary' | 'startLibrary'
>;

/** Sharing by the command line: each store that it names is one machine of a team. */
export function createTeamInPlace(options: TeamInPlaceOptions): TeamInPlace {
  const { library, sharing, maker, roundsOf, openLibrary, startLibrary } = options;

  function refuseShared(store: LibraryStore): void {
    const file = teamFileIn(store.values);
    if (file === null) return;
    throw new AppError(
      'already_exists',
      `This library is shared already, by "${file}". Nothing was changed. Move the file or leave the team first.`,
      { details: { file } },
    );
  }

  function requireNoLibrary(): void {
    if (!library.exists()) return;
    throw new AppError(
      'already_exists',
      `There is a library in ${library.directory} already. It is left as it is. Name an empty folder.`,
      { details: { directory: library.directory } },
    );
  }

  /** In an open library the one who shares it is told apart from those who come. */
  function beMember(principal: Principal, store: LibraryStore, given: string): void {
    if (principal.kind !== 'owner') return;
    const { id, name: present } = principal.user;
    store.values.set(sharedKeys.member, { id, name: null } satisfies Member);
    const name = given.trim();
    if (name === '' || name === present) return;
    store.write(authorOf(principal), (transaction) => transaction.updateUser(id, { name }));
  }

  /** Whether these documents may go into a new library, and who makes it of them. */
  function lookAround(directory: string, ids: readonly Id[] | null, name: string): Member {
    const source = openLibrary(directory);
    try {
      if (source.accountsAreOn()) {
        throw new AppError(
          'not_allowed',
          `The library in ${directory} has accounts. Nothing was made. Share the library itself, ` +
            'signed in with --as, or import its export into a new one.',
        );
      }
      for (const id of ids ?? []) findDocument(source, id);
      const user = memberHere(source);
      return user === null ? newMember(name) : sameMember({ kind: 'owner', user }, name);
    } finally {
      source.close();
    }
  }

  return {
    async share(present, { file: given, member_name }) {
      authorize(present, 'team:manage', theLibrary);
      const file = newTeamFilePath(given);
      if (library.exists()) refuseShared(library.store());
      const principal =
        present.kind === 'visitor' ? await startLibrary(present, member_name) : present;
      const store = library.store();
      beMember(principal, store, member_name);
      await sharing.setFile(file);
      return {
        file,
        documents: store.documents.list({
          ...{ query: '', place: 'library', visible_to: null, offset: 0, limit: 1 },
        }).total,
        members: store.users.list().length,
        accounts_are_on: store.accountsAreOn(),
      };
    },

    async createFrom(_principal, { from, document_ids, title, member_name, file: given }, work) {
      requireNoLibrary();
      const file = newTeamFilePath(given);
      const { directory } = library;
      const source = path.resolve(from);
      if (!isLibrary(source)) {
        throw new AppError('not_found', `There is no library in ${source}.`, {
          details: { directory: source },
        });
      }
      const member = lookAround(source, document_ids, member_name);
      const values = valuesOf({ title, file, member }, null);
      const made = await maker.createLibrary(
        { directory, values, from: source, documentIds: document_ids },
        work,
      );
      library.store();
      return made;
    },

    async join(principal, { file: given, member_name, title }, work) {
      const looked = await maker.lookInto(teamFilePath(given), work.signal);
      if (library.exists()) {
        authorize(principal, 'team:manage', theLibrary);
        const store = library.store();
        if (store.libraryId !== looked.library_id) requireNoLibrary();
        const present = teamFileIn(store.values);
        if (present !== null && present !== looked.file) refuseShared(store);
        await sharing.setFile(looked.file);
        return {
          library_id: looked.library_id,
          documents: looked.documents,
          changes: 0,
          accounts_are_on: store.accountsAreOn(),
          was_here: true,
        };
      }
      const { directory } = library;
      const { file } = looked;
      const values = valuesOf({ title, file, member: newMember(member_name) }, null);
      const made = await maker.joinLibrary({ directory, values, file }, work);
      // Its first opening makes whoever joined a user of it.
      library.store();
      return { ...made, was_here: false };
    },

    async sync(principal, { signal, onProgress }) {
      // As a machine shares whoever sits at it: a new account is approved by others, elsewhere.
      authorize(principal, 'team:read', theLibrary);
      const file = sharing.file();
      const store = library.store();
      const notices: string[] = [];
      const sync = roundsOf({
        ...{ store, file, signal },
        limits: () => limitsOf(store),
        onNotice(message) {
          notices.push(message);
          addNotice(store, { on: new Date().toISOString(), message });
        },
        onProgress: ({ state, fraction }) => onProgress({ message: saying[state], fraction }),
      });
      const settled = await roundsUntilSettled(sync, signal);
      return { file, ...settled, unshared: sync.unshared(), shared_on: sync.sharedOn(), notices };
    },

    async move(principal, given) {
      authorize(principal, 'team:manage', theLibrary);
      sharing.file();
      return sharing.setFile(await placeFor(library.store().libraryId, given, maker));
    },

    async restore(principal, { id, directory }, work) {
      authorize(principal, 'team:manage', theLibrary);
      const { file } = findGeneration(library.directory, id);
      const target = path.resolve(directory);
      if (isLibrary(target)) {
        throw new AppError(
          'already_exists',
          `There is a library in ${target} already. It is left as it is. Name an empty folder.`,
          { details: { directory: target } },
        );
      }
      const store = library.store();
      const member = 'user' in principal ? { id: principal.user.id, name: null } : null;
      const title = path.basename(target);
      return maker.joinLibrary(
        {
          directory: target,
          values: valuesOf({ title, file: null, member, restoredFrom: id }, store),
          keys: store.users.list().flatMap((user) => store.keyring.keys(user.id)),
          file,
        },
        work,
      );
    },
  };
}

const saying = {
  checking: 'Looking at the team file',
  importing: 'Taking in changes',
  publishing: 'Publishing',
} as const satisfies Record<SyncProgress['state'], string>;
