import type { SavedDocument } from '../../../src-main/contract/channels.ts';
import type { ConflictView } from '../../../src-main/contract/conflicts.ts';
import type { Id, OpenDocument } from '../../../src-main/contract/domain.ts';
import { call } from '../../ipc/client.ts';
import { Attempts } from '../../lib/attempts.svelte.ts';
import { reportError } from '../../lib/report-error.ts';
import { settledText, type Choice, type Decision, type Decisions } from './settled-text.ts';

/** A passage to choose, and which of the regions it is. */
export interface PlacedChoice {
  readonly place: number;
  readonly choice: Choice;
}

/**
 * What stands beside the open document's text, in pieces, and what was decided about them so far.
 * Decisions are kept as long as the passage is the same: also while one looks elsewhere, and when
 * yet another version arrives.
 */
export class ConflictsStore {
  #documentId: Id | null = null;
  #view = $state.raw<ConflictView | null>(null);
  #decisions = $state.raw<Decisions>({});
  #isSaving = $state(false);
  readonly #attempts = new Attempts();
  /** Which versions the view is of. */
  #key = '';
  #questions = 0;

  /** The first version that stands beside the text; null where none does. */
  get view(): ConflictView | null {
    return this.#view;
  }

  get choices(): readonly PlacedChoice[] {
    return (this.#view?.regions ?? []).flatMap((region, place) =>
      region.kind === 'choice' ? [{ place, choice: region }] : [],
    );
  }

  /** How many passages wait for a decision. */
  get left(): number {
    return this.choices.filter(({ place }) => this.#decisions[place] === undefined).length;
  }

  get isSaving(): boolean {
    return this.#isSaving;
  }

  /** Why the last save failed. */
  get problem(): string | null {
    return this.#attempts.problem;
  }

  decisionOf(place: number): Decision | null {
    return this.#decisions[place] ?? null;
  }

  /** The open document as it stands. */
  async follow(opened: OpenDocument | null): Promise<void> {
    const documentId = opened?.document.id ?? null;
    const key = keyOf(opened);
    if (key === this.#key) return;
    this.#key = key;
    const question = ++this.#questions;
    if (documentId !== this.#documentId) this.#show(null);
    this.#documentId = documentId;
    if (opened === null || opened.conflicts.length === 0) {
      this.#show(null);
      return;
    }
    try {
      const view = await call('conflicts:show', { document_id: opened.document.id });
      if (question === this.#questions) this.#show(view);
    } catch (thrown) {
      if (question !== this.#questions) return;
      // Asked again when the document is looked at again.
      this.#key = '';
      reportError(thrown);
    }
  }

  decide(place: number, decision: Decision): void {
    this.#decisions = { ...this.#decisions, [place]: decision };
  }

  /** Makes the version that settles it. Null where something is undecided yet, or it failed. */
  async save(): Promise<SavedDocument | null> {
    const view = this.#view;
    const document_body = view === null ? null : settledText(view.regions, this.#decisions);
    if (view === null || document_body === null) return null;
    let saved: SavedDocument | null = null;
    this.#isSaving = true;
    await this.#attempts.make(async () => {
      saved = await call('documents:save', {
        document_id: view.document_id,
        document_body,
        base_version_ids: [...view.base_version_ids],
        draft: true,
      });
    });
    this.#isSaving = false;
    return saved;
  }

  #show(view: ConflictView | null): void {
    const before = this.choices.map(({ place, choice }) => ({
      choice,
      decision: this.#decisions[place],
    }));
    this.#view = view;
    const decisions: Partial<Record<number, Decision>> = {};
    for (const { place, choice } of this.choices) {
      const at = before.findIndex((one) => isSameChoice(one.choice, choice));
      const decision = before[at]?.decision;
      // Each is taken once: the same words may stand in two places.
      if (at >= 0) before.splice(at, 1);
      if (decision !== undefined) decisions[place] = decision;
    }
    this.#decisions = decisions;
  }
}

function keyOf(opened: OpenDocument | null): string {
  if (opened === null) return '';
  const { document, head_version_ids, conflicts } = opened;
  return [document.id, ...head_version_ids, ':', ...conflicts.map(({ id }) => id)].join(' ');
}

function isSameChoice(one: Choice, other: Choice): boolean {
  return one.base === other.base && one.ours === other.ours && one.theirs === other.theirs;
}
