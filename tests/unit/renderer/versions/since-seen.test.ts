import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { OpenDocument } from '../../../../src-main/contract/domain.ts';
import SinceSeen from '../../../../src-renderer/features/versions/since-seen.svelte';
import { call } from '../../../../src-renderer/ipc/client.ts';
import { installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { demoUsers, type DemoName } from '../../../fixtures/fake-people.ts';
import { expectAccessible } from '../accessible.ts';

let bridge: FakeBridge;
let documentId: string;

/** Sofia commissioned it, Bo edits it. */
beforeEach(() => {
  bridge = installFakeBridge({ team: { user: 'sofia' } });
  documentId = bridge.addDocument('Lawn', 'The cat sat on the mat.', {
    editorId: demoUsers.bo.id,
    fields: { created_by: demoUsers.sofia.id, document_state: 'in_edit' },
  }).id;
});

const opened = (): Promise<OpenDocument> => call('documents:open', { document_id: documentId });
const seen = (): readonly unknown[] => bridge.callsOf('documents:mark-seen');

/** Opens the document as whoever is signed in, until they close it. */
async function show() {
  const onSeen = vi.fn(async (version_id: string) => {
    await call('documents:mark-seen', { document_id: documentId, version_id });
  });
  const { rerender } = render(SinceSeen, { opened: await opened(), onSeen });
  return { onSeen, again: async () => rerender({ opened: await opened(), onSeen }) };
}

/** The document was looked at, and somebody else wrote on it since. */
async function changed(body: string, author: DemoName = 'bo'): Promise<void> {
  const { head_version_ids } = await opened();
  await call('documents:mark-seen', {
    document_id: documentId,
    version_id: head_version_ids[0]!,
  });
  bridge.people.signIn(author);
  bridge.changeElsewhere(documentId, body);
  bridge.people.signIn('sofia');
}

const bar = (): Promise<HTMLElement> => screen.findByText(/^Changed since you last looked/);

describe('what changed since one last looked', () => {
  it('is nothing at the first look, which is remembered', async () => {
    const { onSeen } = await show();
    await waitFor(() => expect(onSeen).toHaveBeenCalledOnce());
    expect(screen.queryByText(/^Changed since/)).toBeNull();
  });

  it('is said in one quiet line, and is not seen by being there', async () => {
    await changed('The dog sat on the red mat.');
    const { onSeen } = await show();
    expect((await bar()).textContent).toBe(
      'Changed since you last looked, just now by Bo Ekman: +2\u00a0−1\u00a0words.',
    );
    await expectAccessible();
    expect(onSeen).not.toHaveBeenCalled();
  });

  it('is seen when it is shown', async () => {
    await changed('The dog sat on the mat.');
    const { again } = await show();
    await bar();
    await fireEvent.click(screen.getByRole('button', { name: 'Show changes' }));
    const dialog = await screen.findByRole('dialog', {
      name: 'What changed since you last looked',
    });
    expect(dialog.textContent).toContain('removed: cat end of removal');
    expect(dialog.textContent).toContain('added: dog end of addition');
    expect(seen()).toHaveLength(2);
    await again();
    await expectAccessible();
    await fireEvent.click(screen.getByRole('button', { name: 'Done' }));
    await waitFor(() => expect(screen.queryByText(/^Changed since/)).toBeNull());
    expect(seen()).toHaveLength(2);
  });

  it('is seen when the line is dismissed, and does not come back', async () => {
    await changed('The dog sat on the mat.');
    const { again } = await show();
    await bar();
    await fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(screen.queryByText(/^Changed since/)).toBeNull();
    await again();
    expect(screen.queryByText(/^Changed since/)).toBeNull();
    expect(seen()).toHaveLength(2);
  });

  it('stays said while one saves upon it', async () => {
    await changed('The dog sat on the mat.');
    const { again } = await show();
    await bar();
    bridge.changeElsewhere(documentId, 'The dog sat on the mat. So?');
    const { head_version_ids } = await opened();
    await call('documents:mark-seen', {
      document_id: documentId,
      version_id: head_version_ids[0]!,
    });
    await again();
    expect((await bar()).textContent).toContain('by Bo Ekman: +1\u00a0−1\u00a0words.');
    const marked = seen().length;
    await fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(seen()).toHaveLength(marked);
  });

  it.each([
    ['what one wrote oneself', 'sofia', 'Mine.'],
    ['words that came out the same', 'bo', 'The cat sat on the mat.'],
  ] as const)('is nothing for %s', async (_, author, body) => {
    await changed(body, author);
    const { head_version_ids } = await opened();
    await show();
    await waitFor(() =>
      expect(seen().at(-1)).toEqual({ document_id: documentId, version_id: head_version_ids[0] }),
    );
    expect(screen.queryByText(/^Changed since/)).toBeNull();
  });

  it('is told once of a version that merged with one’s own', async () => {
    const { onSeen, again } = await show();
    await waitFor(() => expect(onSeen).toHaveBeenCalledOnce());
    bridge.people.signIn('bo');
    bridge.changeBeside(
      documentId,
      'The cat sat on the mat. Purring.',
      (body) => `${body} Purring.`,
    );
    bridge.people.signIn('sofia');
    await again();
    expect((await bar()).textContent).toContain('by Bo Ekman: +1\u00a0−0\u00a0words.');
    await fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    for (let look = 0; look < 3; look++) await again();
    expect(screen.queryByText(/^Changed since/)).toBeNull();
    expect(onSeen).toHaveBeenCalledTimes(2);
  });

  it('is told of while the document is open', async () => {
    const { again, onSeen } = await show();
    await waitFor(() => expect(onSeen).toHaveBeenCalledOnce());
    bridge.people.signIn('bo');
    bridge.changeElsewhere(documentId, 'The dog sat on the mat.');
    bridge.people.signIn('sofia');
    await again();
    await bar();
  });
});
