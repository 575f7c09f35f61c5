import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { noticeKinds, type Notice, type NoticeKind } from '../../../../src-main/contract/work.ts';
import { noticeSentence } from '../../../../src-renderer/features/notices/notice-words.ts';
import Notices from '../../../../src-renderer/features/notices/notices.svelte';
import { fakeId, installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { expectAccessible } from '../accessible.ts';

let bridge: FakeBridge;
let documentId: string;

beforeEach(() => {
  bridge = installFakeBridge({ team: { user: 'sofia' } });
  documentId = bridge.addDocument('Lawn', 'The cat sat on the mat.').id;
});

const add = (kind: NoticeKind, actor_name: string | null = 'Bo Ekman', is_read = false): Notice =>
  bridge.work.addNotice({ document_id: documentId, kind, actor_name, is_read });
const bell = (): HTMLElement => screen.getByRole('button', { name: /^Notices/ });
const rows = (): HTMLElement[] =>
  within(screen.getByRole('dialog', { name: 'Notices' }))
    .queryAllByRole('listitem')
    .map((item) => within(item).getByRole('button'));

async function open() {
  const onOpen = vi.fn();
  render(Notices, { onOpen });
  bell().focus();
  await fireEvent.click(bell());
  await screen.findByRole('dialog', { name: 'Notices' });
  return onOpen;
}

describe('notices', () => {
  it('are none at first', async () => {
    await open();
    expect(await screen.findByText('No notices yet')).toBeInstanceOf(HTMLElement);
    expect(screen.queryByRole('button', { name: 'Mark all as read' })).toBeNull();
    await expectAccessible();
  });

  it('are counted on the bell, and say who did what', async () => {
    add('approved', 'Sofia Lind', true);
    add('in_review');
    add('due_soon', null);
    await open();
    await waitFor(() => expect(rows()).toHaveLength(3));
    expect(bell().getAttribute('aria-label')).toBe('Notices, 2 unread');
    expect(rows().map((row) => row.textContent.replace(/\s+/g, ' ').trim())).toEqual([
      'Unread: “Lawn” is due soon just now',
      'Unread: Bo Ekman submitted “Lawn” for review just now',
      'Sofia Lind approved “Lawn” just now',
    ]);
    await expectAccessible();
  });

  it('open their document, and let go of the keyboard', async () => {
    const notice = add('comment');
    const onOpen = await open();
    await waitFor(() => expect(rows()).toHaveLength(1));
    await fireEvent.click(rows()[0]!);
    expect(onOpen).toHaveBeenCalledExactlyOnceWith(notice);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(document.activeElement).not.toBe(bell());
  });

  it('take the keyboard when they open, and give it back to the bell with Escape', async () => {
    add('comment');
    await open();
    const region = screen.getByRole('region', { name: 'All notices' });
    await waitFor(() => expect(document.activeElement).toBe(region));
    await fireEvent.keyDown(region, { key: 'Escape' });
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await waitFor(() => expect(document.activeElement).toBe(bell()));
  });

  it('are marked as read all at once', async () => {
    add('comment');
    await open();
    await fireEvent.click(await screen.findByRole('button', { name: 'Mark all as read' }));
    await waitFor(() => expect(bell().getAttribute('aria-label')).toBe('Notices'));
    expect(rows()[0]?.textContent).not.toContain('Unread');
    expect(document.activeElement).toBe(screen.getByRole('region', { name: 'All notices' }));
  });

  it('come while one looks, and are announced', async () => {
    await open();
    await screen.findByText('No notices yet');
    add('changes_requested');
    await waitFor(() => expect(rows()).toHaveLength(1));
    bridge.emit('notices:changed', {
      unread: 1,
      latest: { title: 'Lawn', body: 'Bo Ekman asked for changes.', document_id: documentId },
    });
    await waitFor(() => {
      expect(screen.getByRole('status').textContent).toBe('Lawn. Bo Ekman asked for changes.');
    });
    expect(bell().getAttribute('aria-label')).toBe('Notices, 1 unread');
  });

  it('come in pages', async () => {
    for (let count = 0; count < 70; count++) add('comment');
    await open();
    await waitFor(() => expect(rows()).toHaveLength(30));
    await fireEvent.click(screen.getByRole('button', { name: 'Show older' }));
    await waitFor(() => expect(rows()).toHaveLength(60));
    // One that comes meanwhile moves the others and repeats none.
    add('approved');
    await waitFor(() => expect(rows()[0]?.textContent).toContain('approved'));
    expect(rows()).toHaveLength(60);
    await fireEvent.click(screen.getByRole('button', { name: 'Show older' }));
    await waitFor(() => expect(rows()).toHaveLength(71));
    expect(screen.queryByRole('button', { name: 'Show older' })).toBeNull();
  });

  it('say why they could not be read', async () => {
    bridge.fail('notices:list', 'internal', 'The notices could not be read. Try again.');
    await open();
    expect((await screen.findByRole('alert')).textContent).toBe(
      'The notices could not be read. Try again.',
    );
  });
});

describe('a notice', () => {
  it.each(noticeKinds)('of the kind %s is a sentence, whether or not somebody did it', (kind) => {
    const notice: Notice = {
      id: fakeId(1),
      kind,
      document_id: fakeId(2),
      document_name: 'Lawn',
      actor_name: 'Bo',
      created_on: '2026-11-20T10:00:00.000Z',
      is_read: false,
    };
    const sentences = [notice, { ...notice, actor_name: null }].map((one) => {
      const { before, document_name, after } = noticeSentence(one);
      return `${before} ${document_name} ${after}`.trim();
    });
    for (const sentence of sentences) expect(sentence).toMatch(/^\S.* .*\S$/);
    expect(sentences[1]).not.toContain('Bo');
  });
});
