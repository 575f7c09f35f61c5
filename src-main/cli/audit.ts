import path from 'node:path';
import type { Principal } from '../access/authorize.ts';
import { auditEntities, auditFilterSchema, type AuditFilter } from '../contract/audit.ts';
import { draftFormats } from '../contract/exchange.ts';
import { checkInput } from '../services/check-input.ts';
import type { Services } from '../services/services.ts';
import { defineCommand, type OptionTable } from './command.ts';
import { answer } from './context.ts';
import { countOption } from './count-option.ts';
import { member } from './member.ts';
import { personNamed } from './person.ts';
import { listing, oneLine, when } from './table.ts';

const filterOptions = {
  actor: { kind: 'text', value: 'EMAIL-OR-ID', meaning: 'Only what this user did.' },
  entity: {
    kind: 'choice',
    choices: auditEntities,
    meaning: 'Only what was done to one of these.',
  },
  document: { kind: 'text', value: 'ID', meaning: 'Only what was done to this document.' },
  from: {
    kind: 'text',
    value: 'DAY',
    meaning: 'Only from this day on, such as 2026-12-24, in UTC.',
  },
  to: { kind: 'text', value: 'DAY', meaning: 'Only up to the end of this day.' },
} as const satisfies OptionTable;

interface FilterOptions {
  readonly actor: string | undefined;
  readonly entity: (typeof auditEntities)[number] | undefined;
  readonly document: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

const mostListed = 200;

export const auditList = defineCommand({
  name: 'audit list',
  summary: 'Who did what when on which machine, newest first',
  options: {
    ...filterOptions,
    limit: {
      kind: 'text',
      value: 'N',
      meaning: `How many at most. Default and most: ${mostListed}; "audit export" has all.`,
    },
  },
  async run(context, { options }) {
    const limit = countOption('limit', options.limit ?? String(mostListed), mostListed);
    const { services } = context.application();
    const principal = await member(services);
    const filter = await readFilter(services, principal, options);
    const page = await services.audit.list(principal, { ...filter, offset: 0, limit });
    answer(context, page, () => {
      const entries = listing(
        'entries',
        ['WHEN', 'WHO', 'MACHINE', 'WHAT', 'SUBJECT', 'VALUE'],
        page.entries.map((entry) => [
          ...[when(entry.changed_on), oneLine(entry.actor_name ?? entry.actor_id, 30)],
          ...[oneLine(entry.machine_name ?? '-', 20), `${entry.entity}.${entry.field}`],
          oneLine(entry.subject_name ?? entry.entity_id, 40),
          [entry.value ?? '', ...(entry.refused === null ? [] : [`refused: ${entry.refused}`])]
            .join(' ')
            .trim(),
        ]),
      );
      return page.entries.length < page.total
        ? `${entries}\n\nThese are ${page.entries.length} of ${page.total}.`
        : entries;
    });
  },
});

export const auditExport = defineCommand({
  name: 'audit export',
  summary: 'The audit log as CSV or JSON lines, newest first',
  options: {
    output: { kind: 'text', value: 'FILE', meaning: 'Where to write it.', required: true },
    format: {
      kind: 'choice',
      choices: draftFormats,
      meaning: 'Default: jsonl for a name that ends so, else csv.',
    },
    ...filterOptions,
  },
  details: `What stands in FILE is replaced once the export is whole.`,
  async run(context, { options }) {
    const { output } = options;
    const format = options.format ?? (path.extname(output) === '.jsonl' ? 'jsonl' : 'csv');
    const { services } = context.application();
    const principal = await member(services);
    const filter = await readFilter(services, principal, options);
    await services.audit.export(principal, { ...filter, format }, output);
    answer(context, { output, format }, () => `Exported to "${output}".`);
  },
});

async function readFilter(
  services: Services,
  principal: Principal,
  { actor, entity, document, from, to }: FilterOptions,
): Promise<AuditFilter> {
  return checkInput(auditFilterSchema, {
    actor_id: actor === undefined ? null : await personNamed(services, principal, actor),
    entity: entity ?? null,
    document_id: document ?? null,
    from: from ?? null,
    to: to ?? null,
  });
}
