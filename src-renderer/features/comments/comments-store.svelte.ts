import type { Events } from '../../../src-main/contract/channels.ts';
import type { Id, User } from '../../../src-main/contract/domain.ts';
import type { Comment, CommentAnchor } from '../../../src-main/contract/work.ts';
import { call, listen } from '../../ipc/client.ts';
import { Attempts } from '../../lib/attempts.svelte.ts';
import { reportError } from '../../lib/report-error.ts';
import { threadsOf, type Thread, type ThreadFilter } from './threads.ts';
import { TypedComments, type TypingPlace } from './typed-comments.svelte.ts';

/** The comments on the open document. Lives as long as the window, also while no panel shows it. */
export class CommentsStore {
  #documentId = $state<Id | null>(null);
  #comments = $state.raw<readonly Comment[]>([]);
  #me = $state.raw<User | null>(null);
  #isLoading = $state(false);
  #filter = $state<ThreadFilter>('open');
  #activeId = $state<Id | null>(null);
  #rescued = $state(false);
  #loads = 0;
  readonly #threads = $derived(threadsOf(this.#comments));
  readonly #attempts = new Attempts();
  readonly typed = new TypedComments();

  get documentId(): Id | null {
    return this.#documentId;
  }

  /** All of them, the oldest first. */
  get threads(): readonly Thread[] {
    return this.#threads;
  }

  /** Those that the filter lets through, and those in which something is being typed. */
  get shown(): readonly Thread[] {
    const isOpen = this.#filter === 'open';
    return this.#threads.filter(
      (thread) => this.#filter === 'all' || thread.isResolved !== isOpen || this.#isTypedIn(thread),
    );
  }

  get openCount(): number {
    return this.#threads.filter(({ isResolved }) => !isResolved).length;
  }

  /** The passages of the text that are commented on; those of open threads are to be seen. */
  get quotes(): readonly {
    readonly id: Id;
    readonly anchor: CommentAnchor;
    readonly isShown: boolean;
  }[] {
    return this.#threads.flatMap(({ id, first: { anchor }, isResolved }) =>
      anchor === null ? [] : [{ id, anchor, isShown: !isResolved }],
    );
  }

  get filter(): ThreadFilter {
    return this.#filter;
  }

  /** The thread that is looked at; null for none. */
  get activeId(): Id | null {
    return this.#activeId;
  }

  get isLoading(): boolean {
    return this.#isLoading;
  }

  /** Why something could not be done, for people. */
  get problem(): string | null {
    return this.#attempts.problem;
  }

  /** Whether words stand in the new comment that were typed where nothing is any more. */
  get isRescued(): boolean {
    return this.#rescued;
  }

  /** Who resolved a thread, as far as anybody here goes by a name. */
  resolverOf({ first }: Thread): string | null {
    const { resolved_by } = first;
    if (resolved_by === null) return null;
    if (resolved_by === this.#me?.id && this.#me.name !== '') return this.#me.name;
    return this.#comments.find((one) => one.created_by === resolved_by)?.author_name ?? null;
  }

  isMine(comment: Comment): boolean {
    return comment.created_by === this.#me?.id;
  }

  /** Listens; the answer stops listening. */
  start(): () => void {
    const stops = [
      listen('store:changed', (change) => this.#onStoreChanged(change)),
      listen('accounts:changed', ({ user }) => (this.#me = user)),
    ];
    call('accounts:status').then(({ user }) => (this.#me = user), reportError);
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** Turns to another document; null where none is open. */
  follow(documentId: Id | null): void {
    this.#documentId = documentId;
    this.#comments = [];
    this.#activeId = null;
    this.#rescued = false;
    if (documentId === null) return;
    this.#isLoading = true;
    void this.#load(documentId);
  }

  setFilter(filter: ThreadFilter): void {
    this.#filter = filter;
  }

  /** Looks at a thread; the filter gives way where it would hide it. */
  activate(threadId: Id | null): void {
    this.#activeId = threadId;
    const thread = this.#threads.find(({ id }) => id === threadId);
    if (thread !== undefined && !this.shown.includes(thread)) this.#filter = 'all';
  }

  /** Begins a comment on a passage, for null on the whole document. What is typed stays. */
  compose(anchor: CommentAnchor | null): void {
    if (this.#documentId === null) return;
    this.#activeId = null;
    this.typed.pointTo({ kind: 'new', document_id: this.#documentId }, anchor);
  }

  /** Sends what is typed somewhere. Answers the comment, null where it could not be sent. */
  async send(place: TypingPlace): Promise<Comment | null> {
    const typed = this.typed.at(place);
    const documentId = this.#documentId;
    if (typed === null || typed.text.trim() === '' || documentId === null) return null;
    let comment: Comment | null = null;
    await this.#attempts.make(async () => {
      comment =
        place.kind === 'edit'
          ? await call('comments:edit', {
              comment_id: place.comment_id,
              comment_body: typed.text,
            })
          : await call('comments:write', {
              document_id: documentId,
              thread_id: place.kind === 'answer' ? place.thread_id : null,
              comment_body: typed.text,
              anchor: typed.anchor,
            });
      this.typed.end(place);
      if (place.kind === 'new') this.#rescued = false;
      if (this.#documentId === documentId) this.#put(comment);
    });
    return comment;
  }

  /** Gives up what is typed somewhere. */
  giveUp(place: TypingPlace): void {
    this.typed.end(place);
    if (place.kind === 'new') this.#rescued = false;
  }

  async resolve({ id, first }: Thread, isResolved: boolean): Promise<boolean> {
    return this.#attempts.make(async () => {
      this.#put(await call('comments:resolve', { comment_id: first.id, is_resolved: isResolved }));
      if (isResolved && this.#activeId === id) this.#activeId = null;
    });
  }

  async remove({ id, document_id }: Comment): Promise<boolean> {
    return this.#attempts.make(async () => {
      await call('comments:remove', { comment_id: id });
      await this.#load(document_id);
    });
  }

  #isTypedIn({ id, first, answers }: Thread): boolean {
    return (
      this.typed.at({ kind: 'answer', thread_id: id }) !== null ||
      [first, ...answers].some(
        (comment) => this.typed.at({ kind: 'edit', comment_id: comment.id }) !== null,
      )
    );
  }

  #put(comment: Comment): void {
    const isKnown = this.#comments.some(({ id }) => id === comment.id);
    this.#comments = isKnown
      ? this.#comments.map((one) => (one.id === comment.id ? comment : one))
      : [...this.#comments, comment];
  }

  #onStoreChanged({ documents, everything }: Events['store:changed']): void {
    const documentId = this.#documentId;
    if (documentId === null || !(everything || documents.includes(documentId))) return;
    void this.#load(documentId);
  }

  async #load(documentId: Id): Promise<void> {
    const load = ++this.#loads;
    try {
      const comments = await call('comments:list', { document_id: documentId });
      // A later question has a newer answer.
      if (load !== this.#loads) return;
      const gone = this.#comments.filter(({ id }) => !comments.some((one) => one.id === id));
      this.#comments = comments;
      for (const comment of gone) this.#rescueFrom(comment);
    } catch (thrown) {
      reportError(thrown);
    } finally {
      if (load === this.#loads) this.#isLoading = false;
    }
  }

  /** What is being typed where a comment is gone goes on as a new comment. */
  #rescueFrom({ id, document_id }: Comment): void {
    const isThread = this.#threads.some((thread) => thread.id === id);
    const places: readonly TypingPlace[] = [
      { kind: 'edit', comment_id: id },
      ...(isThread ? [] : [{ kind: 'answer', thread_id: id } as const]),
    ];
    const written: TypingPlace = { kind: 'new', document_id };
    for (const place of places) {
      const text = this.typed.at(place)?.text.trim() ?? '';
      this.typed.end(place);
      if (text === '') continue;
      const before = this.typed.at(written)?.text.trim() ?? '';
      this.typed.write(written, [before, text].filter(Boolean).join('\n\n'));
      this.#rescued = true;
    }
  }
}
