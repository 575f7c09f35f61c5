import { expect, type Locator, type Page } from '@playwright/test';
import { Writer } from './writer.ts';

const password = 'a plain old password';
export const emailOf = (name: string): string => `${name.toLowerCase()}@example.org`;

/** Somebody of a team at the window. */
export class Person extends Writer {
  readonly account: Locator;
  readonly standing: Locator;

  constructor(page: Page) {
    super(page);
    this.account = page.getByRole('button', { name: /^Account/ });
    this.standing = page.getByRole('region', { name: 'State of the document' });
  }

  async startTeam(name: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Set up a team' }).click();
    await this.#fillProfile(name);
    await this.page.getByRole('button', { name: 'Start the team’s library' }).click();
    await expect(this.account).toContainText(name);
  }

  async register(name: string, type: 'Sponsor' | 'Editor'): Promise<void> {
    await this.page.getByRole('button', { name: 'Register' }).click();
    await this.page.getByRole('radio', { name: new RegExp(`^${type}`) }).click();
    await this.#fillProfile(name);
    await this.page.getByRole('button', { name: 'Register' }).click();
    await expect(this.page.getByRole('heading', { name: /waits for an admin/ })).toBeVisible();
    await this.page.getByRole('button', { name: 'Back to signing in' }).click();
  }

  async signIn(email: string, secret = password): Promise<void> {
    await this.page.getByRole('textbox', { name: 'E-mail' }).fill(email);
    await this.page.getByRole('textbox', { name: 'Password', exact: true }).fill(secret);
    await this.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  async signedIn(name: string): Promise<void> {
    await this.signIn(emailOf(name));
    await expect(this.account).toContainText(name);
  }

  async fromAccountMenu(item: string): Promise<void> {
    await this.account.click();
    await this.page.getByRole('menuitem', { name: item }).click();
  }

  async signOut(): Promise<void> {
    await this.fromAccountMenu('Sign out or switch user');
    await expect(this.page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  }

  /** Takes a step of the open document. */
  async step(label: string, note = ''): Promise<void> {
    await this.standing.getByRole('button', { name: label }).click();
    const dialog = this.page.getByRole('dialog');
    if (note !== '') await dialog.getByRole('textbox', { name: 'Hand-over note' }).fill(note);
    await dialog.getByRole('button', { name: label }).click();
    await expect(dialog).toBeHidden();
  }

  async #fillProfile(name: string): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
    await this.page.getByRole('textbox', { name: 'E-mail' }).fill(emailOf(name));
    await this.page.getByRole('textbox', { name: 'Password', exact: true }).fill(password);
    await this.page.getByRole('textbox', { name: 'Password again' }).fill(password);
  }
}
