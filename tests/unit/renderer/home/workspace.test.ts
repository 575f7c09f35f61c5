import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MenuCommand } from '../../../../src-main/contract/channels.ts';
import type { Document } from '../../../../src-main/contract/domain.ts';
import App from '../../../../src-renderer/App.svelte';
import { toasts } from '../../../../src-renderer/ui/toasts.svelte.ts';
import { installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { demoUsers, type DemoName } from '../../../fixtures/fake-people.ts';
import { installFakeLayout } from '../library/fake-layout.ts';

let bridge: FakeBridge;

beforeEach(() => installFakeLayout());

afterEach(() => {
  for (const { id } of toasts.shown) toasts.dismiss(id);
  localStorage.clear();
});

function signIn(user: DemoName): void {
  bridge = installFakeBridge({ team: { user } });
}

function commission(name: string, fields: Partial<Document> = {}): Document {
  return bridge.addDocument(name, 'Paper.', {
    fields: { created_by: demoUsers.sofia.id, ...fields },
    editorId: demoUsers.bo.id,
  });
}

const command = (name: MenuCommand): void => bridge.emit('menu:command', { command: name });
const heading = (name: string): Promise<HTMLElement> => screen.findByRole('heading', { name });
const row = (name: string): Promise<HTMLElement> =>
  screen.findByRole('row', { name: new RegExp(name) });
const page = (): HTMLElement => document.querySelector<HTMLElement>('.cm-content')!;
const title = (): Promise<HTMLInputElement> =>
  screen.findByRole<HTMLInputElement>('textbox', { name: 'Document name' });

async function openFromHome(name: string): Promise<void> {
  await fireEvent.click(await row(name));
  await waitFor(async () => expect((await title()).value).toBe(name));
}

describe('the window of a team', () => {
  it.each([
    ['sofia', 'Your commissions'],
    ['bo', 'Your work'],
    ['ada', 'All documents'],
  ] as const)('begins for %s at home', async (user, name) => {
    signIn(user);
    commission('Spring catalogue', { document_state: 'in_edit' });
    render(App);
    await heading(name);
    expect(document.title).toBe('Autodoc');
    await openFromHome('Spring catalogue');
    expect(screen.queryByRole('heading', { name })).toBeNull();
    expect(document.title).toBe('Spring catalogue – Autodoc');
    await fireEvent.click(screen.getByRole('button', { name: 'Home' }));
    await heading(name);
  });

  it('lets an editor hand a document in, and then read it', async () => {
    signIn('bo');
    const { id } = commission('Spring catalogue', { document_state: 'in_edit' });
    render(App);
    await openFromHome('Spring catalogue');
    const bar = screen.getByRole('region', { name: 'State of the document' });
    await fireEvent.click(within(bar).getByRole('button', { name: 'Submit for review' }));
    const dialog = await screen.findByRole('dialog');
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Submit for review' }));
    await screen.findByText(/^In review: Sofia Lind reads it now/);
    expect(bridge.callsOf('documents:step')).toMatchObject([
      { document_id: id, step: 'submit', from: 'in_edit' },
    ]);
    await waitFor(() => expect(page().getAttribute('aria-readonly')).toBe('true'));
    expect((await title()).readOnly).toBe(true);
    expect(screen.queryByRole('button', { name: 'Save and draft' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Draft now' })).toBeNull();
  });

  it('commissions from anywhere, and opens what was commissioned', async () => {
    signIn('sofia');
    render(App);
    await heading('Your commissions');
    await fireEvent.keyDown(document.body, {
      key: 'N',
      code: 'KeyN',
      ctrlKey: true,
      shiftKey: true,
    });
    const dialog = await screen.findByRole('dialog', { name: 'New commission' });
    await fireEvent.input(within(dialog).getByLabelText('Name'), {
      target: { value: 'Spring catalogue' },
    });
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Commission' }));
    await waitFor(async () => expect((await title()).value).toBe('Spring catalogue'));
    await screen.findByText(/^“Spring catalogue” is commissioned/);
  });

  it('tells an editor who commissions', async () => {
    signIn('bo');
    render(App);
    await heading('Your work');
    command('document:commission');
    await screen.findByText('Sponsors commission documents, and retain you for them.');
    command('document:new');
    await screen.findByText('Sponsors commission documents. Ask one of them for a new one.');
    expect(screen.queryByRole('button', { name: 'New document' })).toBeNull();
  });

  it('shows the brief beside the document', async () => {
    signIn('bo');
    commission('Spring catalogue', { document_state: 'in_edit', brief: 'Warm and plain.' });
    render(App);
    await openFromHome('Spring catalogue');
    command('document:details');
    await screen.findByText('Warm and plain.');
    expect(screen.getByRole('tab', { name: 'Brief', selected: true })).toBeTruthy();
  });

  it('opens users and audit log for an admin, and says to others why not', async () => {
    signIn('ada');
    const { unmount } = render(App);
    await heading('All documents');
    command('view:users');
    await heading('Users');
    command('view:audit');
    await heading('Audit log');
    unmount();
    signIn('bo');
    render(App);
    await heading('Your work');
    command('view:audit');
    await screen.findByText('Only an admin of the library sees this.');
  });
});

describe('the window of a lone writer', () => {
  beforeEach(() => {
    bridge = installFakeBridge();
  });

  it('begins with a document, and says nothing of states', async () => {
    bridge.addDocument('Lawn', 'Grass.');
    render(App);
    await waitFor(async () => expect((await title()).value).toBe('Lawn'));
    expect(screen.queryByRole('region', { name: 'State of the document' })).toBeNull();
    expect(screen.queryByRole('tab', { name: 'Brief' })).toBeNull();
    command('document:details');
    await screen.findByRole('tab', { name: 'Brief', selected: true });
  });

  it('has a home too, which keeps what was typed', async () => {
    bridge.addDocument('Lawn', 'Grass.');
    render(App);
    await waitFor(async () => expect((await title()).value).toBe('Lawn'));
    await fireEvent.keyDown(document.body, { key: '0', code: 'Digit0', ctrlKey: true });
    await heading('All documents');
    expect(screen.queryByRole('columnheader', { name: 'Editor' })).toBeNull();
    command('view:users');
    await screen.findByText(/^Nobody signs in to this library/);
  });
});
