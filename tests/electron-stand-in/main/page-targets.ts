import { launch } from '../launch.ts';
import { chromium } from './browser.ts';

/*
 * Pages come as debugging targets, each announced by the browser before it may run. One that a
 * window asked for goes to that window; one that a page opened by itself is closed before it
 * has run anything.
 */

/** A page as the browser announces it. */
export interface PageTarget {
  readonly targetId: string;
  readonly sessionId: string;
}

const announced = new Map<string, PageTarget>();
/** The window that Chromium opens by itself when it is shown to a person. */
let firstWindow = launch.isWindowed ? Promise.withResolvers<PageTarget>() : null;
let isFirstWindowHere = false;
let asked = 0;

/** Listens for the pages of the Chromium that has just been started. */
export function watchTargets(): void {
  chromium().browser.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
    const target = { targetId: targetInfo.targetId, sessionId };
    if (firstWindow !== null && !isFirstWindowHere) {
      isFirstWindowHere = true;
      firstWindow.resolve(target);
    } else if (asked > 0 && targetInfo.openerId === undefined) {
      // The announcement precedes the answer to `Target.createTarget`.
      announced.set(target.targetId, target);
    } else {
      dismiss(target);
    }
  });
}

/** A page for a new window. */
export async function openTarget(width: number, height: number): Promise<PageTarget> {
  if (firstWindow !== null) {
    const { promise } = firstWindow;
    const target = await promise;
    firstWindow = null;
    return target;
  }
  asked++;
  const { targetId } = await chromium().browser.send('Target.createTarget', {
    url: 'about:blank',
    newWindow: true,
    width,
    height,
  });
  asked--;
  const target = announced.get(targetId);
  announced.delete(targetId);
  if (target === undefined) throw new Error('Chromium did not announce the page it opened.');
  return target;
}

export async function closeTarget({ targetId }: PageTarget): Promise<void> {
  await chromium().browser.send('Target.closeTarget', { targetId });
}

function dismiss(target: PageTarget): void {
  const session = chromium().connection.session(target.sessionId);
  const ignore = () => {
    // It is closing already.
  };
  session.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] }).catch(ignore);
  // A page that waits for a debugger holds up the one that opened it, so it goes on first.
  session.send('Runtime.runIfWaitingForDebugger').catch(ignore);
  closeTarget(target).catch(ignore);
}
