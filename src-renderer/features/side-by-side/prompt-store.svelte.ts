import type { AutodocWithDocument } from '../../../src-main/contract/domain.ts';
import { call } from '../../ipc/client.ts';

/** What the model had read before it wrote a draft. */
export class PromptStore {
  #text = $state<string | null>(null);

  /** The prompt; null while it is not known, or was never recorded. */
  get text(): string | null {
    return this.#text;
  }

  async load({ version_id, prompt_start, prompt_end }: AutodocWithDocument): Promise<void> {
    if (prompt_start === null || prompt_end === null) return;
    try {
      const version = await call('versions:show', { version_id });
      this.#text = version.document_body.slice(prompt_start, prompt_end);
    } catch {
      // The draft stands without it: its prompt is an aid to reading, no part of it.
      this.#text = null;
    }
  }
}
