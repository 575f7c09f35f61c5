import type { Principal } from '../../access/authorize.ts';
import type { Id } from '../../contract/domain.ts';
import { AppError } from '../../contract/errors.ts';
import type { CommentAnchor } from '../../contract/work.ts';
import type { Services } from '../services.ts';
import type { WorkOptions } from '../work-options.ts';
import type { DemoDocument, DemoScene } from './demo-document.ts';
import { demoPassword, demoPeople, type DemoActor, type DemoPerson } from './demo-people.ts';
import { libraryDocuments } from './library-documents.ts';
import { workshopDocuments } from './workshop-documents.ts';

/*
 * Fills an empty library with people at work. Nothing is written past the services: everybody
 * registers, is approved and signs in, and each change is theirs, signed and judged as any other.
 */

export interface DemoReport {
  readonly password: string;
  readonly people: readonly DemoPerson[];
  readonly documents: number;
  /** How many drafts the engine has written; of the others, some are queued and some cancelled. */
  readonly drafts: number;
}

export interface DemoOptions extends WorkOptions {
  /** Whether the engine drafts at once; else what it would have drafted stays queued. */
  readonly isDrafted: boolean;
}

type Principals = Record<DemoActor, Principal>;

/** A document on its way through its story. */
interface Commissioned {
  readonly document_id: Id;
  readonly demo: DemoDocument;
  /** What the engine wrote; null where it has written nothing. */
  readonly draft: string | null;
}

export const demoDocuments: readonly DemoDocument[] = [...workshopDocuments, ...libraryDocuments];

/** Throws `already_exists` where the library has users, and the signal's reason. */
export async function seedDemo(services: Services, options: DemoOptions): Promise<DemoReport> {
  if (services.principal().kind !== 'visitor') {
    throw new AppError(
      'already_exists',
      'This library has users already. Nothing was changed. The demonstration fills an empty one only.',
    );
  }
  const { signal, onProgress } = options;
  const tell = (message: string, done: number): void => {
    signal.throwIfAborted();
    onProgress({ message, fraction: done / demoDocuments.length });
  };

  tell('Making accounts', 0);
  const admin = await settlePeople(services);
  const editors = {
    Theo: await signIn(services, 'Theo'),
    Saskia: await signIn(services, 'Saskia'),
    Kenji: await signIn(services, 'Kenji'),
  };
  const sponsors: Partial<Principals> = {};
  const commissioned: Commissioned[] = [];
  // A draft is written in the name of who asked for it, while they are signed in.
  for (const sponsor of ['Jonas', 'Amara'] as const) {
    const principal = await signIn(services, sponsor);
    sponsors[sponsor] = principal;
    const isTheirs = (demo: DemoDocument): boolean => demo.sponsor === sponsor;
    for (const demo of demoDocuments.filter(isTheirs)) {
      tell(`Commissioning and drafting “${demo.name}”`, commissioned.length);
      commissioned.push(await commission(services, principal, demo, options));
    }
  }

  const principals = { Miriam: admin, ...editors, ...sponsors } as Principals;
  for (const [index, document] of commissioned.entries()) {
    tell(`Working on “${document.demo.name}”`, index);
    await play(services, principals, document);
  }
  await services.accounts['sign-out'](services.principal(), undefined);
  return {
    password: demoPassword,
    people: Object.values(demoPeople),
    documents: commissioned.length,
    drafts: commissioned.filter(({ draft }) => draft !== null).length,
  };
}

/** Makes every account, and has the admin decide about each. Answers the admin. */
async function settlePeople(services: Services): Promise<Principal> {
  const { Miriam, ...others } = demoPeople;
  await services.library.start(services.principal(), {
    ...{ mode: 'team', password: demoPassword },
    ...profileOf(Miriam),
  });
  const admin = services.principal();
  await services.accounts['sign-out'](admin, undefined);
  for (const person of Object.values(others)) {
    const { user_type } = person;
    const account = { ...profileOf(person), user_type, password: demoPassword };
    await services.accounts.register(services.principal(), account);
  }
  const { users } = await services.users.list(admin, {
    ...{ query: '', user_status: 'pending', user_type: null, offset: 0, limit: 200 },
  });
  for (const { id, email } of users) {
    const person = Object.values(others).find((other) => other.email === email);
    if (person === undefined || person.user_status === 'pending') continue;
    const approved = { user_id: id, user_status: 'approved' } as const;
    await services.users['set-status'](admin, approved);
    if (person.user_status === 'suspended') {
      await services.users['set-status'](admin, { user_id: id, user_status: 'suspended' });
    }
  }
  return admin;
}

function profileOf({ name, email, organization }: DemoPerson) {
  return { name, email, organization };
}

async function signIn(services: Services, actor: DemoActor): Promise<Principal> {
  await services.accounts['sign-in'](services.principal(), {
    ...{ email: demoPeople[actor].email, password: demoPassword, remember: false },
  });
  return services.principal();
}

async function commission(
  services: Services,
  sponsor: Principal,
  demo: DemoDocument,
  { isDrafted, signal }: DemoOptions,
): Promise<Commissioned> {
  const { document, autodoc } = await services.documents.commission(sponsor, {
    document_name: demo.name,
    document_body: demo.body,
    brief: demo.brief,
    due_on: demo.dueInDays === null ? null : dayIn(demo.dueInDays),
    target_words: demo.targetWords,
    notes: [...(demo.notes ?? [])],
    editor_id: demo.editor === undefined ? null : await idOf(services, sponsor, demo.editor),
    hand_over: demo.handOver ?? '',
  });
  const document_id = document.id;
  const { folder } = demo;
  await services.documents.describe(sponsor, { document_id, folder, tags: [...demo.tags] });
  const commissioned = { document_id, demo, draft: null };
  if (autodoc === null) return commissioned;
  if (demo.isDrafted !== true) {
    await services.autodocs.cancel(sponsor, { autodoc_id: autodoc.id });
    return commissioned;
  }
  if (!isDrafted) return commissioned;
  services.drafting.start();
  const ended = await services.drafting.ended(sponsor, autodoc.id, signal);
  return ended.autodoc_state === 'done'
    ? { ...commissioned, draft: ended.autodoc_body }
    : commissioned;
}

/** Plays a document's story. */
async function play(
  services: Services,
  principals: Principals,
  { document_id, demo, draft }: Commissioned,
): Promise<void> {
  const comments = new Map<string, Id>();
  for (const scene of demo.story) {
    await act(services, principals[scene.who], { document_id, draft, comments }, scene);
  }
}

async function act(
  services: Services,
  principal: Principal,
  {
    document_id,
    draft,
    comments,
  }: {
    readonly document_id: Id;
    readonly draft: string | null;
    readonly comments: Map<string, Id>;
  },
  scene: DemoScene,
): Promise<void> {
  if ('trashes' in scene) {
    await services.documents.trash(principal, { document_id });
    return;
  }
  const { document, head_version_ids } = await services.documents.open(principal, { document_id });
  if ('writes' in scene) {
    const kept = scene.keepsDraft === true && draft !== null ? beginningOf(draft) : '';
    await services.documents.save(principal, {
      document_id,
      document_body: `${scene.writes}${kept}`,
      base_version_ids: [...head_version_ids],
      draft: false,
    });
  } else if ('does' in scene) {
    await services.documents.step(principal, {
      ...{ document_id, step: scene.does, from: document.document_state },
      hand_over: scene.note ?? '',
    });
  } else if ('retains' in scene) {
    await services.retentions.retain(principal, {
      document_id,
      editor_id: scene.retains === null ? null : await idOf(services, principal, scene.retains),
      hand_over: scene.note ?? '',
    });
  } else if ('resolves' in scene) {
    const comment_id = comments.get(scene.resolves)!;
    await services.comments.resolve(principal, { comment_id, is_resolved: true });
  } else {
    const { about, to, as } = scene;
    const comment = await services.comments.write(principal, {
      document_id,
      thread_id: to === undefined ? null : comments.get(to)!,
      comment_body: scene.says,
      anchor: about === undefined ? null : anchorOf(document, head_version_ids[0]!, about),
    });
    if (as !== undefined) comments.set(as, comment.id);
  }
}

/** As many characters around a quote as the contract lets be kept. */
const aroundQuote = 64;

function anchorOf(
  {
    document_name,
    document_body,
  }: { readonly document_name: string; readonly document_body: string },
  version_id: Id,
  quote: string,
): CommentAnchor {
  const quote_start = document_body.indexOf(quote);
  if (quote_start === -1) throw new Error(`“${document_name}” does not say “${quote}”`);
  const end = quote_start + quote.length;
  return {
    ...{ version_id, quote_start, quote },
    prefix: document_body.slice(Math.max(0, quote_start - aroundQuote), quote_start),
    suffix: document_body.slice(end, end + aroundQuote),
  };
}

async function idOf(services: Services, principal: Principal, actor: DemoActor): Promise<Id> {
  const { email } = demoPeople[actor];
  const { users } = await services.users.list(principal, {
    ...{ query: email, user_status: null, user_type: null, offset: 0, limit: 1 },
  });
  return users[0]!.id;
}

const keptOfDraft = 240;

/** Whole sentences from a draft's beginning, as an editor would keep them. */
function beginningOf(draft: string): string {
  const text = draft.trim().slice(0, keptOfDraft);
  const end = Math.max(...['.', '!', '?'].map((mark) => text.lastIndexOf(mark)));
  return end <= 0 ? text : text.slice(0, end + 1);
}

const dayMs = 24 * 60 * 60 * 1000;

function dayIn(days: number): string {
  return new Date(Date.now() + days * dayMs).toISOString().slice(0, 10);
}
