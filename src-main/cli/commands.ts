import { accountsSwitchOn, usersAddDevice, usersPassword, usersRegister } from './accounts.ts';
import { auditExport, auditList } from './audit.ts';
import { autodocsList, autodocsShow } from './autodocs.ts';
import { batch } from './batch.ts';
import type { Command } from './command.ts';
import { commentsAdd, commentsList, commentsResolve } from './comments.ts';
import { conflictsShow, conflictsTake } from './conflicts.ts';
import { devices } from './devices.ts';
import { documentsSteps } from './document-steps.ts';
import { documentsList } from './documents-list.ts';
import {
  documentsDescribe,
  documentsNew,
  documentsPurge,
  documentsRestore,
  documentsRestoreVersion,
  documentsSave,
  documentsShow,
  documentsTrash,
  documentsVersions,
} from './documents.ts';
import { exportCommand, importCommand } from './exchange.ts';
import { generate } from './generate.ts';
import { modelsDownload } from './models-download.ts';
import { modelsImport, modelsList, modelsMeasure, modelsRemove, modelsShow } from './models.ts';
import { noticesList, noticesRead } from './notices.ts';
import { retentionsEnd, retentionsList, retentionsRetain } from './retentions.ts';
import { score } from './score.ts';
import { seed } from './seed.ts';
import { storeRebuild, storeVerify } from './store.ts';
import {
  teamCreate,
  teamGenerations,
  teamJoin,
  teamLeave,
  teamMove,
  teamRestore,
  teamStatus,
  teamSync,
} from './team.ts';
import { tokenize } from './tokenize.ts';
import { usersApproveDevice, usersReset, usersRevokeDevice } from './user-devices.ts';
import { usersList, usersSetStatus, usersSetType, usersShow } from './users.ts';
import { nearest, UsageError } from './usage-error.ts';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  generate,
  tokenize,
  score,
  documentsNew,
  documentsSave,
  documentsList,
  documentsShow,
  documentsVersions,
  documentsRestoreVersion,
  documentsTrash,
  documentsRestore,
  documentsPurge,
  documentsDescribe,
  ...documentsSteps,
  retentionsList,
  retentionsRetain,
  retentionsEnd,
  commentsList,
  commentsAdd,
  commentsResolve,
  conflictsShow,
  conflictsTake,
  noticesList,
  noticesRead,
  autodocsList,
  autodocsShow,
  batch,
  exportCommand,
  importCommand,
  modelsDownload,
  modelsImport,
  modelsList,
  modelsShow,
  modelsMeasure,
  modelsRemove,
  devices,
  accountsSwitchOn,
  usersRegister,
  usersAddDevice,
  usersPassword,
  usersList,
  usersShow,
  ...usersSetStatus,
  usersSetType,
  usersApproveDevice,
  usersRevokeDevice,
  usersReset,
  teamCreate,
  teamJoin,
  teamStatus,
  teamSync,
  teamLeave,
  teamMove,
  teamGenerations,
  teamRestore,
  auditList,
  auditExport,
  storeVerify,
  storeRebuild,
  seed,
];

/** The command that a line begins with, and the arguments after its name. */
export function findCommand(args: readonly string[]): {
  readonly command: Command;
  readonly rest: readonly string[];
} {
  for (const words of [2, 1]) {
    const name = args.slice(0, words).join(' ');
    const command = commands.find((candidate) => candidate.name === name);
    if (command !== undefined) return { command, rest: args.slice(words) };
  }
  throw unknownCommand(args);
}

/** The commands of a group: those that begin with the word. */
export function commandsOf(group: string): readonly Command[] {
  return commands.filter(({ name }) => name.startsWith(`${group} `));
}

function unknownCommand([first = '', second = '']: readonly string[]): UsageError {
  const group = commandsOf(first).map(({ name }) => name);
  const isGroup = group.length > 0;
  if (isGroup && (second === '' || second.startsWith('-'))) {
    return new UsageError(`"${first}" needs one more word: ${group.join(', ')}.`);
  }
  const given = isGroup ? `${first} ${second}` : first;
  const names = commands.map(({ name }) => name);
  const meant = nearest(given, [...names, ...names.map((name) => name.split(' ')[0]!)]);
  const hint = meant === null ? '' : ` Did you mean "${meant}"?`;
  return new UsageError(`There is no command "${given}".${hint} See "autodoc --help".`);
}
