import { authorize, memberOf, theLibrary, type Principal } from '../access/authorize.ts';
import { toErrorEnvelope } from '../contract/errors.ts';
import type { Notice, NoticeKind } from '../contract/work.ts';
import type { UnreadNotices } from '../contract/work-channels.ts';
import type { Logger } from '../logging/logger.ts';
import type { EventBus } from './event-bus.ts';
import type { LibraryHandle } from './library-handle.ts';
import type { Room } from './services.ts';

export interface NoticesServiceOptions {
  readonly library: LibraryHandle;
  readonly events: EventBus;
  readonly logger: Logger;
  readonly principal: () => Principal;
}

/** Several changes in a row are told of once. */
const pauseMs = 300;
/** What falls due does so without anybody doing anything. */
const lookEveryMs = 15 * 60_000;

export interface NoticesService {
  readonly room: Room<'notices'>;
  /** Tells of what comes, until the answer is called. */
  watch(): () => void;
}

export function createNoticesService(options: NoticesServiceOptions): NoticesService {
  const { library, events, logger, principal: currentPrincipal } = options;
  let timer: NodeJS.Timeout | undefined;
  /** What has been told of already, by user. */
  let told: { readonly userId: string; readonly ids: ReadonlySet<string> } | null = null;

  function list(principal: Principal): readonly Notice[] {
    const user_id = memberOf(principal).id;
    return library.store().userNotices.list({ user_id, now_ms: Date.now() });
  }

  function announce(): void {
    try {
      const principal = currentPrincipal();
      // Alone there is nobody to hear from.
      if (principal.kind !== 'user') return;
      const unread = list(principal).filter(({ is_read }) => !is_read);
      const isSameUser = told?.userId === principal.user.id;
      const fresh = isSameUser ? unread.find(({ id }) => !told?.ids.has(id)) : undefined;
      told = { userId: principal.user.id, ids: new Set(unread.map(({ id }) => id)) };
      events.emit('notices:changed', {
        unread: unread.length,
        latest: fresh === undefined ? null : inWords(fresh),
      });
    } catch (error) {
      logger.warn('notices could not be read', { code: toErrorEnvelope(error).code });
    }
  }

  function announceSoon(): void {
    clearTimeout(timer);
    timer = setTimeout(announce, pauseMs);
  }

  return {
    room: {
      list(principal, { offset, limit }) {
        authorize(principal, 'notice:read', theLibrary);
        const notices = list(principal);
        return {
          notices: notices.slice(offset, offset + limit),
          unread: notices.filter(({ is_read }) => !is_read).length,
        };
      },
      'mark-read'(principal) {
        authorize(principal, 'notice:read', theLibrary);
        library.store().userNotices.markRead(memberOf(principal).id, list(principal));
        announce();
        return null;
      },
    },

    watch() {
      const stops = [
        events.on('store:changed', announceSoon),
        events.on('autodoc:changed', announceSoon),
        events.on('accounts:changed', announceSoon),
      ];
      const clock = setInterval(announceSoon, lookEveryMs);
      return () => {
        clearInterval(clock);
        clearTimeout(timer);
        for (const stop of stops) stop();
      };
    },
  };
}

const deeds: Readonly<Record<NoticeKind, (who: string) => string>> = {
  assigned: (who) => `${who} retained you`,
  drafted: () => 'A draft is ready',
  in_review: (who) => `${who} submitted it for review`,
  changes_requested: (who) => `${who} asked for changes`,
  approved: (who) => `${who} approved it`,
  reopened: (who) => `${who} opened the review again`,
  comment: (who) => `${who} commented`,
  due_soon: () => 'Due soon',
};

function inWords({
  kind,
  actor_name,
  document_name,
  document_id,
}: Notice): UnreadNotices['latest'] {
  const cut = (text: string): string => text.slice(0, 100);
  return {
    title: cut(document_name),
    body: deeds[kind](cut(actor_name ?? 'Somebody')),
    document_id,
  };
}
