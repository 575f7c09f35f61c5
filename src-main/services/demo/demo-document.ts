import type { DocumentNote } from '../../contract/domain.ts';
import type { DocumentStep } from '../../contract/work.ts';
import type { DemoActor, DemoEditor, DemoSponsor } from './demo-people.ts';

/** A document of the demonstration: how it is commissioned, and what happens to it then. */
export interface DemoDocument {
  readonly name: string;
  readonly sponsor: DemoSponsor;
  readonly folder: string;
  readonly tags: readonly string[];
  readonly brief: string;
  /** From today; negative for a day that has passed. Null for no day. */
  readonly dueInDays: number | null;
  readonly targetWords: number | null;
  readonly notes?: readonly DocumentNote[];
  /** Whom the sponsor retains when commissioning it. */
  readonly editor?: DemoEditor;
  readonly handOver?: string;
  /** The text that it begins with. */
  readonly body: string;
  /** Whether the engine writes its draft; the drafts of others are cancelled. */
  readonly isDrafted?: true;
  readonly story: readonly DemoScene[];
}

/** Something that somebody does to a document. */
export type DemoScene = { readonly who: DemoActor } & (
  | {
      /** The whole text from now on. */
      readonly writes: string;
      /** Whether the beginning of the draft, where there is one, is put after it. */
      readonly keepsDraft?: true;
    }
  | { readonly does: DocumentStep; readonly note?: string }
  | { readonly retains: DemoEditor | null; readonly note?: string }
  | {
      readonly says: string;
      /** The passage of the text that it is about. */
      readonly about?: string;
      /** A name by which answers find it. */
      readonly as?: string;
      /** The name of the comment that it answers. */
      readonly to?: string;
    }
  | { readonly resolves: string }
  | { readonly trashes: true }
);
