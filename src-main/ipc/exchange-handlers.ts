import { allDocuments, authorize, theLibrary, type Principal } from '../access/authorize.ts';
import type { Services } from '../services/services.ts';
import type { ShellHandlers } from './service-handlers.ts';

interface FileQuestion {
  readonly title: string;
  readonly buttonLabel: string;
  readonly filters: { name: string; extensions: string[] }[];
}

/** The system's dialogs: a file's path, or null when they were closed. */
export interface FileDialogs {
  toWrite(question: FileQuestion & { readonly defaultPath: string }): Promise<string | null>;
  toRead(question: FileQuestion): Promise<string | null>;
}

const json = [{ name: 'JSON', extensions: ['json'] }];
const csv = [{ name: 'CSV', extensions: ['csv', 'tsv', 'txt'] }];
const tables = {
  csv: [{ name: 'CSV', extensions: ['csv'] }],
  jsonl: [{ name: 'JSON lines', extensions: ['jsonl'] }],
};

type ExchangeChannel =
  | 'audit:export'
  | 'exchange:export'
  | 'exchange:import'
  | 'exchange:choose-prompts'
  | 'exchange:export-drafts';

/**
 * The channels that ask for a file first. Who may not do it is told so before the dialog, and
 * the service decides again when it has the file.
 */
export function exchangeHandlers(
  services: Services,
  dialogs: FileDialogs,
): Pick<ShellHandlers, ExchangeChannel> {
  const { exchange, audit, documents } = services;
  const principal = () => services.principal();
  const write = async <T>(
    what: { readonly title: string; readonly defaultPath: string },
    filters: typeof json,
    work: (who: Principal, file: string) => T,
  ): Promise<Awaited<T> | null> => {
    const file = await dialogs.toWrite({ ...what, filters, buttonLabel: 'Export' });
    return file === null ? null : await work(principal(), file);
  };
  const read = async <T>(
    title: string,
    filters: typeof json,
    work: (who: Principal, file: string) => T,
  ): Promise<Awaited<T> | null> => {
    const file = await dialogs.toRead({ title, filters, buttonLabel: 'Import' });
    return file === null ? null : await work(principal(), file);
  };

  return {
    'audit:export': ({ format, ...filter }) => {
      authorize(principal(), 'audit:read', theLibrary);
      const what = { title: 'Export the audit log', defaultPath: `audit.${format}` };
      return write(what, tables[format], async (who, file) => {
        await audit.export(who, { ...filter, format }, file);
        return file;
      });
    },
    'exchange:export': async (scope) => {
      const { document_id } = scope;
      if (document_id === null) authorize(principal(), 'library:export', theLibrary);
      else await documents.open(principal(), { document_id });
      const what = { title: 'Export as JSON', defaultPath: 'autodoc.json' };
      return write(what, json, (who, file) => exchange.exportJson(who, scope, file));
    },
    'exchange:import': () => {
      authorize(principal(), 'library:import', theLibrary);
      return read('Import a JSON export', json, (who, file) => exchange.importJson(who, file));
    },
    'exchange:choose-prompts': () => {
      authorize(principal(), 'document:create', theLibrary);
      return read('Import prompts', csv, (who, file) => exchange.openPrompts(who, file));
    },
    'exchange:export-drafts': (drafts) => {
      authorize(principal(), 'document:list', allDocuments);
      const what = { title: 'Export drafts', defaultPath: `drafts.${drafts.format}` };
      return write(what, tables[drafts.format], (who, file) =>
        exchange.exportDrafts(who, drafts, file),
      );
    },
  };
}
