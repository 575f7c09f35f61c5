import { defineCommand } from './command.ts';
import { answer } from './context.ts';
import { member } from './member.ts';
import { everyPage } from './pages.ts';
import { listing, oneLine, when } from './table.ts';

export const noticesList = defineCommand({
  name: 'notices list',
  summary: 'What you should know of, newest first',
  options: { unread: { kind: 'flag', meaning: 'Only what you have not read.' } },
  async run(context, { options }) {
    const { services } = context.application();
    const principal = await member(services);
    const all = await everyPage(
      async (part) => (await services.notices.list(principal, part)).notices,
    );
    const notices = options.unread ? all.filter(({ is_read }) => !is_read) : all;
    answer(context, notices, () =>
      listing(
        'notices',
        ['WHEN', 'READ', 'WHAT', 'WHO', 'ID', 'DOCUMENT'],
        notices.map(({ created_on, is_read, kind, actor_name, document_id, document_name }) => [
          ...[when(created_on), is_read ? 'yes' : 'no', kind.replaceAll('_', ' ')],
          ...[oneLine(actor_name ?? '-', 30), document_id, oneLine(document_name)],
        ]),
      ),
    );
  },
});

export const noticesRead = defineCommand({
  name: 'notices read',
  summary: 'Mark all notices as read',
  options: {},
  async run(context) {
    const { services } = context.application();
    const principal = await member(services);
    await services.notices['mark-read'](principal, undefined);
    answer(context, { unread: 0 }, () => 'All notices are read.');
  },
});
