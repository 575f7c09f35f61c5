import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import Exchange from '../../../../src-renderer/features/exchange/exchange.svelte';
import { toasts } from '../../../../src-renderer/ui/toasts.svelte.ts';
import { installFakeBridge, type FakeBridge } from '../../../fixtures/fake-bridge.ts';
import { expectAccessible } from '../accessible.ts';

let bridge: FakeBridge;

beforeEach(() => {
  bridge = installFakeBridge();
});
afterEach(() => {
  for (const { id } of toasts.shown) toasts.dismiss(id);
});

/** What the menu asks of it. */
interface Commands {
  exportJson(): void;
  importJson(): Promise<void>;
  importPrompts(): Promise<void>;
  exportDrafts(): void;
}

function show({ isAdmin = true, isDocumentOpen = true } = {}) {
  const document = isDocumentOpen ? bridge.addDocument('Lawn', 'The cat.') : null;
  const { component } = render(Exchange, { document, canExportLibrary: isAdmin });
  return { exchange: component as Commands, documentId: document?.id };
}
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));
const dialog = (name: string): Promise<HTMLElement> => screen.findByRole('dialog', { name });
const gone = (): Promise<void> => waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
const bar = (): HTMLElement => screen.getByRole('region', { name: 'Exports and imports' });
const toast = (): string | undefined => toasts.shown.at(-1)?.message;
/** Work goes on, as far as it does by itself. */
function step(times = 1): void {
  for (let count = 0; count < times; count++) bridge.exchange.step();
  flushSync();
}
/** Picks from a list that opens. */
async function choose(list: string, option: string): Promise<void> {
  const field = screen.getByRole('combobox', { name: new RegExp(`^${list}: `) });
  field.focus();
  await fireEvent.keyDown(field, { key: 'Enter' });
  await fireEvent.pointerUp(await screen.findByRole('option', { name: option }));
}

describe('an export as JSON', () => {
  it('writes the whole library, in the background, and says where', async () => {
    const { exchange } = show();
    exchange.exportJson();
    await dialog('Export as JSON');
    await expectAccessible();
    await press('Choose a file…');
    await gone();
    expect(bridge.callsOf('exchange:export')).toEqual([{ document_id: null }]);
    step();
    expect(bar().textContent).toContain('Exporting: “library.json” Under way');
    await expectAccessible();
    step(2);
    await waitFor(() => expect(toast()).toBe('Exported to "/home/ada/library.json".'));
    expect(screen.queryByRole('region', { name: 'Exports and imports' })).toBeNull();
  });

  it('writes the open document', async () => {
    const { exchange, documentId } = show();
    exchange.exportJson();
    await dialog('Export as JSON');
    await fireEvent.click(screen.getByRole('radio', { name: 'The open document' }));
    await press('Choose a file…');
    await gone();
    expect(bridge.callsOf('exchange:export')).toEqual([{ document_id: documentId }]);
  });

  it('leaves the whole library to admins', async () => {
    const { exchange } = show({ isAdmin: false });
    exchange.exportJson();
    await dialog('Export as JSON');
    const all = screen.getByRole<HTMLButtonElement>('radio', { name: 'The whole library' });
    expect(all.disabled).toBe(true);
    const chosen = screen.getByRole('radio', { name: 'The open document' });
    expect(chosen.getAttribute('aria-checked')).toBe('true');
  });

  it('stays where it was when no file is chosen, and says what went wrong', async () => {
    const { exchange } = show();
    exchange.exportJson();
    await dialog('Export as JSON');
    bridge.exchange.isDismissed = true;
    await press('Choose a file…');
    await waitFor(() => expect(bridge.callsOf('exchange:export')).toHaveLength(1));
    await dialog('Export as JSON');
    bridge.fail('exchange:export', 'not_allowed', 'Only an admin may export the library.');
    await press('Choose a file…');
    expect((await screen.findByRole('alert')).textContent).toBe(
      'Only an admin may export the library.',
    );
  });
});

describe('an import of JSON', () => {
  it('can be cancelled', async () => {
    const { exchange } = show();
    await exchange.importJson();
    flushSync();
    expect(bar().textContent).toContain('Importing: “library.json”');
    await press('Cancel: Importing: “library.json”');
    await waitFor(() => expect(toast()).toBe('Cancelled. Nothing was written.'));
    expect(screen.queryByRole('region', { name: 'Exports and imports' })).toBeNull();
  });

  it('says why it failed until that is put aside', async () => {
    const { exchange } = show();
    await exchange.importJson();
    bridge.exchange.fail('The file is no export of Autodoc. Nothing was imported.');
    flushSync();
    expect(screen.getByRole('alert').textContent).toContain(
      'failed. The file is no export of Autodoc. Nothing was imported.',
    );
    await expectAccessible();
    await press('Dismiss');
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('is nothing where no file is chosen', async () => {
    bridge.exchange.isDismissed = true;
    const { exchange } = show();
    await exchange.importJson();
    flushSync();
    expect(screen.queryByRole('region', { name: 'Exports and imports' })).toBeNull();
  });
});

describe('an export of drafts', () => {
  it('takes a folder and a format', async () => {
    const { exchange } = show();
    exchange.exportDrafts();
    await dialog('Export drafts');
    await expectAccessible();
    await fireEvent.input(screen.getByRole('textbox', { name: 'Folder' }), {
      target: { value: ' Garden ' },
    });
    await fireEvent.click(screen.getByRole('radio', { name: 'JSON lines' }));
    await press('Choose a file…');
    await gone();
    expect(bridge.callsOf('exchange:export-drafts')).toEqual([
      { folder: 'Garden', format: 'jsonl' },
    ]);
    step(3);
    await waitFor(() => expect(toast()).toBe('12 documents are in "/home/ada/drafts.csv".'));
  });
});

describe('an import of prompts', () => {
  async function preview() {
    const { exchange } = show();
    await exchange.importPrompts();
    return { element: await dialog('Import prompts') };
  }
  const cells = (role: string): readonly string[] =>
    within(screen.getByRole('region', { name: 'The first rows' }))
      .getAllByRole(role)
      .map((cell) => cell.textContent.replace(/\s+/g, ' ').trim());

  it('shows how the file is read, and which rows are left out', async () => {
    const { element } = await preview();
    expect(element.textContent).toContain('prompts.csv');
    expect(screen.getByRole('combobox', { name: 'Encoding: UTF-8' })).toBeInstanceOf(HTMLElement);
    expect(screen.getByRole('combobox', { name: 'Separator: Semicolon' })).toBeInstanceOf(
      HTMLElement,
    );
    expect(screen.getByRole('combobox', { name: 'Text: text' })).toBeInstanceOf(HTMLElement);
    expect(screen.getByRole('combobox', { name: 'Folder: No column' })).toBeInstanceOf(HTMLElement);
    expect(cells('columnheader')).toEqual(['name Name', 'text Text', 'where']);
    expect(cells('cell').slice(0, 3)).toEqual([
      'Lawn',
      'I mow on Saturdays, before the heat.',
      'Garden',
    ]);
    const status = within(element).getByRole('status').textContent.replace(/\s+/g, ' ').trim();
    expect(status).toBe('3 of 4 rows become documents and are drafted; 1 left out.');
    const left = screen.getByRole('region', { name: 'Rows that are left out' });
    expect(left.textContent).toMatch(/4\s*The text is empty\./);
    await expectAccessible();
  });

  it('reads it otherwise', async () => {
    await preview();
    await choose('Separator', 'Tab');
    await waitFor(() =>
      expect(screen.getByRole('combobox', { name: 'Separator: Tab' })).toBeInstanceOf(HTMLElement),
    );
    await fireEvent.click(screen.getByRole('switch', { name: 'The first row names the columns' }));
    await waitFor(() => expect(cells('columnheader')[2]).toBe('Column 3'));
    await choose('Folder', 'Column 3');
    await waitFor(() => expect(cells('columnheader')[2]).toBe('Column 3 Folder'));
    const [separator, header, folder] = bridge.callsOf('exchange:preview-prompts');
    expect(separator).toMatchObject({ encoding: 'utf-8', separator: '\t', mapping: null });
    expect(header).toMatchObject({ separator: '\t', has_header: false });
    expect(folder).toMatchObject({
      has_header: false,
      mapping: { document_body: 1, document_name: 0, folder: 2, tags: null },
    });
  });

  it('says why it cannot be read so, and keeps what it was', async () => {
    await preview();
    await choose('Separator', 'Vertical bar');
    expect((await screen.findByRole('alert')).textContent).toBe(
      'A row has no end. Read it otherwise.',
    );
    expect(screen.getByRole('combobox', { name: 'Separator: Semicolon' })).toBeInstanceOf(
      HTMLElement,
    );
  });

  it('goes on to its report', async () => {
    await preview();
    await press('Import');
    await screen.findByRole('button', { name: 'Cancel the import' });
    expect(bridge.callsOf('exchange:import-prompts')).toMatchObject([
      { separator: ';', has_header: true, mapping: { document_body: 1 } },
    ]);
    step();
    await expectAccessible();
    step(2);
    const report = await dialog('Prompts were imported');
    expect(report.textContent.replace(/\s+/g, ' ')).toContain(
      'Made 3 documents. Their drafts are queued. 1 row was left out.',
    );
    expect(report.textContent).toContain('The text is empty.');
    await expectAccessible();
    expect(toasts.shown).toEqual([]);
    await fireEvent.click(within(report).getAllByRole('button', { name: 'Close' })[1]!);
    await gone();
  });

  it('goes on while one writes, and shows its report when it is asked for', async () => {
    await preview();
    await press('Import');
    await screen.findByRole('button', { name: 'Cancel the import' });
    await fireEvent.click(screen.getAllByRole('button', { name: 'Close' })[1]!);
    await gone();
    expect(bar().textContent).toContain('Importing prompts: “prompts.csv”');
    step(3);
    await waitFor(() => expect(toast()).toMatch(/^Made 3 documents/));
    expect(screen.queryByRole('dialog')).toBeNull();
    toasts.shown.at(-1)?.action?.onSelect();
    await dialog('Prompts were imported');
  });

  it('closes when it is cancelled', async () => {
    await preview();
    await press('Import');
    await screen.findByRole('button', { name: 'Cancel the import' });
    await press('Cancel the import');
    await gone();
    expect(toast()).toBe('Cancelled. Nothing was written.');
  });

  it('says why it failed', async () => {
    await preview();
    await press('Import');
    await screen.findByRole('button', { name: 'Cancel the import' });
    bridge.exchange.fail('The disk is full. Nothing was imported.');
    const alerts = await screen.findAllByRole('alert', { hidden: true });
    expect(alerts.at(-1)?.textContent).toContain('The disk is full. Nothing was imported.');
    await fireEvent.click(screen.getAllByRole('button', { name: 'Close' })[1]!);
    await gone();
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('is nothing where no file is chosen, and cannot begin without a row', async () => {
    bridge.exchange.isDismissed = true;
    const { exchange } = show();
    await exchange.importPrompts();
    flushSync();
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});
