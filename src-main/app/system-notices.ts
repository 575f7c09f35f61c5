import { Notification } from 'electron';
import type { Id } from '../contract/domain.ts';
import type { UnreadNotices } from '../contract/work-channels.ts';

export interface SystemNoticesOptions {
  /** Whether somebody looks at the window: then it tells by itself. */
  readonly isInFront: () => boolean;
  readonly onOpen: (documentId: Id) => void;
}

/** Tells of new notices by the system while the window is in the background. */
export function createSystemNotices({
  isInFront,
  onOpen,
}: SystemNoticesOptions): (notices: UnreadNotices) => void {
  // A notification that is not held on to may lose its listeners before it is clicked.
  let shown: Notification | null = null;
  return ({ latest }) => {
    if (latest === null || isInFront() || !Notification.isSupported()) return;
    const { title, body, document_id } = latest;
    shown?.close();
    shown = new Notification({ title, body });
    shown.on('click', () => onOpen(document_id));
    shown.show();
  };
}
