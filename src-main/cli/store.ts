import { AppError } from '../contract/errors.ts';
import type { StoreReport } from '../store/types.ts';
import { visitor } from '../access/authorize.ts';
import { defineCommand } from './command.ts';
import { answer, type CliContext } from './context.ts';
import { counted } from './table.ts';

export const storeVerify = defineCommand({
  name: 'store verify',
  summary: 'Check the library: both files, every change’s hash, derived rows against the log',
  options: {},
  run(context) {
    requireLibrary(context);
    const found = context.application().services.maintenance.verify(visitor);
    report(context, found, '"autodoc store rebuild" mends what derives from the log.');
  },
});

export const storeRebuild = defineCommand({
  name: 'store rebuild',
  summary: 'Make the derived tables and the search index anew from the log',
  options: {},
  run(context) {
    requireLibrary(context);
    const found = context.application().services.maintenance.rebuild(visitor);
    report(context, found, 'What is damaged in the log itself cannot be made anew.');
  },
});

/** Looking after a library that is not there must not make one. */
function requireLibrary(context: CliContext): void {
  const { library } = context.application();
  if (library.exists()) return;
  throw new AppError('not_found', `There is no library in ${library.directory}.`);
}

function report(context: CliContext, found: StoreReport, advice: string): void {
  const { ok, changes, documents, autodocs, versions, problems } = found;
  const contents = [
    counted(documents, 'document'),
    counted(versions, 'version'),
    counted(autodocs, 'autodoc'),
    counted(changes, 'change'),
  ].join(', ');
  answer(context, found, () =>
    [`${ok ? 'All is well' : 'Damaged'}: ${contents}.`, ...problems].join('\n'),
  );
  if (ok) return;
  throw new AppError(
    'store_damaged',
    `The library has ${counted(problems.length, 'problem')}. ${advice}`,
    { details: { problems: problems.length } },
  );
}
