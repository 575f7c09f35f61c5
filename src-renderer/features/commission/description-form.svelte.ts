import type { Document, DocumentNote } from '../../../src-main/contract/domain.ts';

/** The parts of a description that the form has fields for. */
export type Description = Pick<Document, 'brief' | 'due_on' | 'target_words'> & {
  readonly notes: DocumentNote[];
};

const mostTargetWords = 10_000_000;

/** One attached note while it is written; the key tells it from its neighbours. */
interface NoteDraft {
  readonly key: number;
  title: string;
  text: string;
}

/** A description while it is written. */
export class DescriptionForm {
  brief = $state('');
  /** A day as `2026-12-24`; empty for none. */
  dueOn = $state('');
  /** As it is typed. */
  targetWords = $state('');
  notes = $state<NoteDraft[]>([]);
  #nextKey = 1;

  /** Takes over what is already said of a document, or starts empty. */
  fill(description?: Pick<Document, 'brief' | 'due_on' | 'target_words' | 'notes'>): void {
    this.brief = description?.brief ?? '';
    this.dueOn = description?.due_on ?? '';
    this.targetWords = description?.target_words?.toString() ?? '';
    this.notes = (description?.notes ?? []).map((note) => ({ ...note, key: this.#nextKey++ }));
  }

  addNote(): void {
    this.notes.push({ key: this.#nextKey++, title: '', text: '' });
  }

  removeNote(key: number): void {
    this.notes = this.notes.filter((note) => note.key !== key);
  }

  /** What is wrong with the target; undefined where nothing is. */
  get targetProblem(): string | undefined {
    const typed = this.#typedTarget;
    if (typed === '') return undefined;
    const words = Number(typed);
    return /^\d+$/.test(typed) && words >= 1 && words <= mostTargetWords
      ? undefined
      : 'Write a whole number of words, such as 1200.';
  }

  /** What is said. A note without a word in it is none. Ask for `targetProblem` first. */
  get description(): Description {
    return {
      brief: this.brief.trim(),
      due_on: this.dueOn === '' ? null : this.dueOn,
      target_words: this.#typedTarget === '' ? null : Number(this.#typedTarget),
      notes: this.notes
        .filter(({ title, text }) => title.trim() !== '' || text.trim() !== '')
        .map(({ title, text }) => ({ title: title.trim(), text })),
    };
  }

  /** Thousands may be set apart as people do it. */
  get #typedTarget(): string {
    return this.targetWords.replace(/[\s.,']/g, '');
  }
}
