import path from 'node:path';
import { uuidv7 } from 'uuidv7';
import { authorize, theLibrary } from '../../access/authorize.ts';
import { AppError, toErrorEnvelope } from '../../contract/errors.ts';
import type { Id } from '../../contract/domain.ts';
import type { LookedInto } from '../../sync/client-types.ts';
import { listGenerations } from '../../sync/kept-files.ts';
import { findGeneration } from './find-generation.ts';
import { createTeamInPlace } from './in-place.ts';
import type { ShelvedLibrary } from './library-shelf.ts';
import { authorizeGoingIn, newMember, sameMember, valuesOf } from './new-library.ts';
import { memberIn, titleIn } from './shared-values.ts';
import { placeFor } from './place-for.ts';
import { newTeamFilePath, teamFilePath } from './team-file-path.ts';
import type { TeamParts } from './team-parts.ts';
import type { TeamService } from './types.ts';

/** Files that were looked into are remembered by this many ids; the older are forgotten. */
const maxRemembered = 20;
const cancelled = 'Cancelled. Nothing was made.';

export function createTeamService(options: TeamParts): TeamService {
  const { library, shelf, libraries, sharing, client, jobs } = options;
  const chosen = new Map<Id, { readonly file: string; readonly library_id: Id }>();

  /** Opens what has just been made. Where that does not go it is kept, and said to be. */
  async function openMade(directory: string): Promise<void> {
    try {
      await libraries.open(directory);
    } catch (error) {
      const { code, message } = toErrorEnvelope(error);
      throw new AppError(
        code,
        `The library was made and stands in the list of libraries, but it was not opened. ${message}`,
        { cause: error },
      );
    }
  }

  /** A library of this machine that was of the same team, with work that nobody else may have. */
  function ofTheSameTeam(libraryId: Id): ShelvedLibrary | undefined {
    return shelf
      .list()
      .find(({ library_id, is_restored }) => library_id === libraryId && !is_restored);
  }

  async function takePartAgain(known: ShelvedLibrary, file: string): Promise<void> {
    const { title, team_file } = known;
    if (team_file !== null && team_file !== file) {
      throw new AppError(
        'already_exists',
        `This team's library is here already, as "${title}", shared by "${team_file}". Nothing was ` +
          'changed. Open it, and move its team file if it lies elsewhere now.',
        { details: { file: team_file } },
      );
    }
    await libraries.open(known.directory);
    if (team_file === null) await sharing.setFile(file);
  }

  async function look(file: string): Promise<LookedInto> {
    return client.lookInto(teamFilePath(file));
  }

  return {
    status(principal) {
      authorize(principal, 'team:read', theLibrary);
      return sharing.status();
    },

    create(principal, { title, member_name, document_ids }, given) {
      const store = library.store();
      authorizeGoingIn(principal, store, document_ids);
      const file = newTeamFilePath(given);
      const member = sameMember(principal, member_name);
      return jobs.start({
        kind: 'create_team',
        subject: title,
        operation: 'team:manage',
        beginning: 'Making a library',
        cancelled,
        async run(work) {
          const directory = shelf.newDirectory(title);
          const values = valuesOf({ title, file, member }, store);
          const made = await client.createLibrary(
            { directory, values, from: store.directory, documentIds: document_ids },
            work,
          );
          await openMade(directory);
          return `"${title}" is open, with ${counted(made.documents, 'document')}, and shared by "${file}".`;
        },
      });
    },

    async choose(principal, given) {
      authorize(principal, 'team:manage', theLibrary);
      const { library_id, ...shown } = await look(given);
      const preview_id = uuidv7();
      remember(chosen, preview_id, { file: shown.file, library_id });
      return { preview_id, ...shown };
    },

    join(principal, { preview_id, title, member_name }) {
      authorize(principal, 'team:manage', theLibrary);
      const found = chosen.get(preview_id);
      if (found === undefined) {
        throw new AppError(
          'not_found',
          'This file was chosen too long ago. Nothing was joined. Choose it again.',
        );
      }
      const { file, library_id } = found;
      const present = library.store();
      return jobs.start({
        kind: 'join_team',
        subject: title,
        operation: 'team:manage',
        beginning: 'Looking into the team file',
        cancelled,
        async run(work) {
          const known = ofTheSameTeam(library_id);
          if (known !== undefined) {
            await takePartAgain(known, file);
            return `"${known.title}" was here already, and is shared by "${file}" now.`;
          }
          const directory = shelf.newDirectory(title);
          const values = valuesOf({ title, file, member: newMember(member_name) }, present);
          const made = await client.joinLibrary({ directory, values, file }, work);
          await openMade(directory);
          return joinedInWords(title, made.documents, made.accounts_are_on);
        },
      });
    },

    async leave(principal) {
      authorize(principal, 'team:manage', theLibrary);
      return sharing.setFile(null);
    },

    async move(principal, given) {
      authorize(principal, 'team:manage', theLibrary);
      sharing.file();
      return sharing.setFile(await placeFor(library.store().libraryId, given, client));
    },

    async sync(principal) {
      authorize(principal, 'team:read', theLibrary);
      sharing.file();
      await sharing.lookNow();
      return sharing.status();
    },

    generations(principal) {
      authorize(principal, 'team:read', theLibrary);
      return listGenerations(library.directory);
    },

    'restore-generation'(principal, { id }) {
      authorize(principal, 'team:manage', theLibrary);
      const { file, kept_on } = findGeneration(library.directory, id);
      const store = library.store();
      const { values, keyring, directory: present } = store;
      const name = titleIn(values) ?? path.basename(present);
      const title = `${name}, ${kept_on.slice(0, 16).replace('T', ' ')}`;
      return jobs.start({
        kind: 'restore_generation',
        subject: title,
        operation: 'team:manage',
        beginning: 'Making a library',
        cancelled,
        async run(work) {
          const directory = shelf.newDirectory(title);
          const made = await client.joinLibrary(
            {
              directory,
              values: valuesOf(
                { title, file: null, member: memberIn(values), restoredFrom: id },
                store,
              ),
              // Whoever signs in here does so there, too.
              keys: store.users.list().flatMap((user) => keyring.keys(user.id)),
              file,
            },
            work,
          );
          await openMade(directory);
          return `"${title}" is open, with ${counted(made.documents, 'document')}. It is shared with nobody.`;
        },
      });
    },

    'set-limits'(principal, limits) {
      authorize(principal, 'team:manage', theLibrary);
      return sharing.setLimits(limits);
    },

    inPlace: createTeamInPlace(options),
  };
}

/** What is said of having joined. */
function joinedInWords(title: string, documents: number, accountsAreOn: boolean): string {
  const joined = `"${title}" has ${counted(documents, 'document')}.`;
  return accountsAreOn
    ? `${joined} It has accounts: register, or add this machine to your account, and an admin of the team approves it.`
    : joined;
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

/** Puts an entry into a map that forgets its oldest. */
function remember<T>(map: Map<Id, T>, id: Id, value: T): void {
  map.set(id, value);
  const [oldest] = map.keys();
  if (map.size > maxRemembered && oldest !== undefined) map.delete(oldest);
}
