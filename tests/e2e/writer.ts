import { expect, type ElectronApplication, type Locator, type Page } from '@playwright/test';
import type { ChannelInput, ChannelName, ChannelOutput } from '../../src-main/contract/channels.ts';
import type { DocumentSummary } from '../../src-main/contract/domain.ts';
import type { GenerationParameters } from '../../src-main/contract/generation.ts';
import { loadedWindow } from './fixture.ts';

/** A draft that takes seconds with the bundled model: long enough to be watched and stopped. */
export const slowly: GenerationParameters = {
  strategy: 'beam',
  num_beams: 64,
  max_new_tokens: 180,
  early_stopping: 'never',
  // Every score of every beam has to be looked at.
  repetition_penalty: 1.1,
};

/** A fresh library prepares its model before the first draft, and two cores are busy with tests. */
const firstDraftMs = 50_000;

/** A person at the window: what they see, and what they do with it. */
export class Writer {
  readonly page: Page;
  readonly name: Locator;
  readonly text: Locator;
  readonly library: Locator;
  /** The documents' rows. */
  readonly rows: Locator;
  readonly drafts: Locator;
  /** The drafts' cards, newest first. */
  readonly cards: Locator;
  readonly status: Locator;
  readonly messages: Locator;

  constructor(page: Page) {
    this.page = page;
    this.name = page.getByRole('textbox', { name: 'Document name' });
    this.text = page.getByRole('textbox', { name: 'Document text' });
    this.library = page.getByRole('complementary', { name: 'Library' });
    this.rows = this.library.locator('[data-document]');
    this.drafts = page.getByRole('region', { name: 'Drafts' });
    this.cards = this.drafts.getByRole('article');
    this.status = page.getByRole('contentinfo', { name: 'Status' });
    this.messages = page.getByRole('region', { name: 'Messages' });
  }

  /** The window of an application that was just started. */
  static async at(app: ElectronApplication): Promise<Writer> {
    return new Writer(await loadedWindow(app));
  }

  /** Begins a library; the window then shows an empty document. */
  async startAlone(): Promise<void> {
    await this.page.getByRole('button', { name: 'Start writing' }).click();
    await expect(this.name).toBeFocused();
  }

  /** Types a name and a text into the document that was just begun. */
  async write(name: string, text: string): Promise<void> {
    await expect(this.name).toBeFocused();
    await this.page.keyboard.type(name);
    await this.page.keyboard.press('Enter');
    await expect(this.text).toBeFocused();
    await this.page.keyboard.insertText(text);
  }

  async newDocument(name: string, text: string): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+n');
    await expect(this.name).toHaveValue('Untitled');
    await this.write(name, text);
  }

  /** Goes on at the text's end. */
  async goOn(text: string): Promise<void> {
    await this.text.click();
    await this.page.keyboard.press('ControlOrMeta+End');
    await this.page.keyboard.insertText(text);
  }

  async save(): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+s');
  }

  /** Waits until what is on the screen is on the disk. */
  async kept(): Promise<void> {
    await expect(this.page.getByTestId('save-state')).toHaveText('Saved');
  }

  row(name: string): Locator {
    return this.rows.filter({ hasText: name });
  }

  /** The text, line by line. */
  async expectText(text: string): Promise<void> {
    await expect(this.text.locator('.cm-line')).toHaveText(text.split('\n'));
  }

  /** Waits for the newest draft's end. */
  async drafted(): Promise<Locator> {
    const newest = this.cards.first();
    await expect(newest.getByRole('button', { name: 'Insert' }).first()).toBeVisible({
      timeout: firstDraftMs,
    });
    return newest;
  }

  /** One of the newest draft's candidates, 1 for the best. */
  candidate(place: number): Locator {
    return this.cards.first().getByRole('region', { name: `Candidate ${place}` });
  }

  /** The settings, at one of their sections. */
  async openSettings(section: 'Drafting' | 'Models' | 'Application'): Promise<void> {
    await this.library.getByRole('button', { name: 'Settings' }).click();
    const sections = this.page.getByRole('navigation', { name: 'Settings' });
    await sections.getByRole('button', { name: section }).click();
  }

  /** Every draft from now on with these parameters. */
  async draftWith(parameters: GenerationParameters): Promise<void> {
    await this.ask('settings:set', { parameter_source: 'custom', parameters });
  }

  /** The library's one document. */
  async onlyDocument(): Promise<DocumentSummary> {
    const { documents } = await this.ask('documents:list', {
      query: '',
      place: 'library',
      offset: 0,
      limit: 2,
    });
    expect(documents).toHaveLength(1);
    return documents[0]!;
  }

  /** Asks the main process as the window does. */
  async ask<Name extends ChannelName>(
    name: Name,
    input?: ChannelInput<Name>,
  ): Promise<ChannelOutput<Name>> {
    const result = await this.page.evaluate(
      ([channel, argument]) => window.autodoc.invoke(channel, argument as never),
      [name, input] as const,
    );
    if (!result.ok) throw new Error(`${name}: ${result.error.code} ${result.error.message}`);
    return result.value as ChannelOutput<Name>;
  }
}

/** Ends an application as a power cut does: nobody is asked, nothing is tidied. */
export async function kill(app: ElectronApplication): Promise<void> {
  const gone = app.waitForEvent('close');
  app.process().kill('SIGKILL');
  await gone;
}
