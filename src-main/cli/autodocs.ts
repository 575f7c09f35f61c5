import { defineCommand } from './command.ts';
import { answer } from './context.ts';
import { member } from './member.ts';
import { listing, oneLine, table, when } from './table.ts';

export const autodocsList = defineCommand({
  name: 'autodocs list',
  summary: 'The drafts, newest first',
  options: {
    document: { kind: 'text', value: 'ID', meaning: 'Only those of this document.' },
  },
  async run(context, { options }) {
    const { services } = context.application();
    const principal = await member(services);
    const autodocs =
      options.document === undefined
        ? services.autodocs.listAll(principal)
        : await services.autodocs.list(principal, { document_id: options.document });
    answer(context, autodocs, () =>
      listing(
        'autodocs',
        ['ID', 'CREATED', 'STATE', 'MODEL', 'TEXT'],
        autodocs.map((autodoc) => [
          autodoc.id,
          when(autodoc.created_on),
          autodoc.autodoc_state,
          autodoc.model_name,
          oneLine(autodoc.failure ?? autodoc.autodoc_body, 40),
        ]),
      ),
    );
  },
});

export const autodocsShow = defineCommand({
  name: 'autodocs show',
  summary: 'A draft and how it came about',
  positionals: ['ID'],
  options: {},
  async run(context, { positionals }) {
    const { services } = context.application();
    const autodoc = services.autodocs.show(await member(services), positionals[0]!);
    answer(context, autodoc, () => {
      const facts = table(
        ['state', autodoc.failure ?? autodoc.autodoc_state],
        [
          ['document', autodoc.document_id],
          ['version', autodoc.version_id],
          ['model', autodoc.model_name],
          ['seed', String(autodoc.seed)],
          ['device', [autodoc.device, autodoc.variant].filter(Boolean).join(', ')],
          ['created', when(autodoc.created_on)],
        ],
      );
      const others = autodoc.candidates
        .slice(1)
        .map(({ autodoc_body }, index) => `Candidate ${index + 2}\n${autodoc_body}`);
      return [facts, autodoc.autodoc_body, ...others].join('\n\n');
    });
  },
});
