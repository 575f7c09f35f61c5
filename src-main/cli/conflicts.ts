import { bothTexts, type ConflictView, type MergeRegion } from '../contract/conflicts.ts';
import { AppError } from '../contract/errors.ts';
import type { Services } from '../services/services.ts';
import { defineCommand, type OptionTable } from './command.ts';
import { answer } from './context.ts';
import { member } from './member.ts';
import { oneLine, printable, when } from './table.ts';
import { UsageError } from './usage-error.ts';

const ofDocument = {
  document: { kind: 'text', value: 'ID', meaning: 'The document.', required: true },
} as const satisfies OptionTable;

export const conflictsShow = defineCommand({
  name: 'conflicts show',
  summary: 'What stands beside a document because it did not merge',
  options: ofDocument,
  details: `Two people wrote in the same place at once. Everything that merges is merged; what does not is shown as
[what the text says|what the version beside it says].`,
  async run(context, { options }) {
    const { services } = context.application();
    const view = await services.conflicts.show(await member(services), {
      document_id: options.document,
    });
    answer(context, view, () => (view === null ? nothing : inWords(view)));
  },
});

const sides = ['ours', 'theirs', 'both'] as const;
type Side = (typeof sides)[number];

export const conflictsTake = defineCommand({
  name: 'conflicts take',
  summary: 'Settle what stands beside a document: with one side of every choice, or both',
  options: {
    ...ofDocument,
    ours: { kind: 'flag', meaning: 'What the document’s text says now.' },
    theirs: { kind: 'flag', meaning: 'What the version beside it says.' },
    both: { kind: 'flag', meaning: 'One after the other.' },
  },
  details: `What merges is in the text either way, and both versions stay in the history. For anything else write the
text and save it with "documents save --settle".`,
  async run(context, { options }) {
    const [side, ...more] = sides.filter((one) => options[one]);
    if (side === undefined || more.length > 0) {
      throw new UsageError('"conflicts take" needs one of --ours, --theirs and --both.');
    }
    const { services } = context.application();
    const { view, document } = await settle(services, options.document, side);
    const { id, others } = view;
    answer(context, { ...document, settled_version_id: id, others }, () =>
      others === 0
        ? `"${document.document_name}" is settled: nothing stands beside it any more.`
        : `Settled. ${others} more ${others === 1 ? 'version stands' : 'versions stand'} beside "${document.document_name}".`,
    );
  },
});

async function settle(services: Services, document_id: string, side: Side) {
  const principal = await member(services);
  // Text that a window has autosaved and not yet saved becomes a version of its own first.
  await services.documents.keepJournals(principal, { documentIds: [document_id], draft: false });
  const view = await services.conflicts.show(principal, { document_id });
  if (view === null) {
    throw new AppError('not_found', `${nothing} Nothing was changed.`, {
      details: { document_id },
    });
  }
  const { document } = await services.documents.save(principal, {
    ...{ document_id, document_body: textBy(view.regions, side), draft: false },
    base_version_ids: [...view.base_version_ids],
  });
  return { view, document };
}

const nothing = 'Nothing stands beside this document.';

function textBy(regions: readonly MergeRegion[], side: Side): string {
  return regions
    .map((region) => {
      if (region.kind === 'merged') return region.text;
      return side === 'both' ? bothTexts(region) : region[side];
    })
    .join('');
}

function inWords({ id, author_name, created_on, regions, others }: ConflictView): string {
  const text = regions
    .map((region) => (region.kind === 'merged' ? region.text : `[${region.ours}|${region.theirs}]`))
    .join('');
  return [
    `What ${oneLine(author_name)} wrote at ${when(created_on)} (version ${id}) stands beside the text.` +
      (others === 0 ? '' : ` ${others} more after it.`),
    printable(text),
  ].join('\n\n');
}
