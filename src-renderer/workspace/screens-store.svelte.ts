import { tick } from 'svelte';
import type { SavedDocument } from '../../src-main/contract/channels.ts';
import { toasts } from '../ui/toasts.svelte.ts';
import type { WorkspaceStore } from './workspace-store.svelte.ts';

type Screen = 'settings' | 'users' | 'audit' | 'conflict';
type SettingsSection = 'drafting' | 'accounts' | 'team';

/** What covers the workspace, and the ways there and back. */
export class ScreensStore {
  #shown = $state<Screen | null>(null);
  #settingsSection = $state<SettingsSection>('drafting');
  readonly #work: WorkspaceStore;

  constructor(work: WorkspaceStore) {
    this.#work = work;
  }

  /** Null while the workspace is to be seen. */
  get shown(): Screen | null {
    return this.#shown;
  }

  /** Where the settings begin. */
  get settingsSection(): SettingsSection {
    return this.#settingsSection;
  }

  openSettings(section: SettingsSection): void {
    this.#settingsSection = section;
    this.#shown = 'settings';
  }

  /** What admins alone see. The main process asks again. */
  manage(what: 'users' | 'audit'): void {
    if (what === 'users' && this.#work.role === 'owner') {
      toasts.show('Nobody signs in to this library. Switch accounts on in the settings first.');
    } else if (this.#work.isManager) {
      this.#shown = what;
    } else {
      toasts.show('Only an admin of the library sees this.');
    }
  }

  /** What was typed becomes a version first: the passages are those of the text as it is saved. */
  async decideConflict(): Promise<void> {
    await this.#work.documents.keepAsVersion();
    this.#shown = 'conflict';
  }

  /** The screen stays while another version stands beside the text. */
  async conflictDecided({ version }: SavedDocument): Promise<void> {
    const { documents } = this.#work;
    await documents.refresh();
    await documents.markSeen(version.id);
    if ((documents.opened?.conflicts.length ?? 0) > 0) return;
    this.close();
    toasts.show('Saved. Both versions stay in the history.', { tone: 'success' });
  }

  /** Back to where one was before, with the keyboard in the text. */
  close(): void {
    this.#shown = null;
    if (!this.#work.isHomeOpen) void tick().then(() => this.#work.documents.focus());
  }

  /** Out of the way of something else, which puts the keyboard where it belongs. */
  uncover(): void {
    this.#shown = null;
  }
}
