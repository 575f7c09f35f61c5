/** The parts of Electron's IPC events that say who sent them. */
export interface Sent {
  readonly sender: { readonly id: number };
  readonly senderFrame: { readonly url: string; readonly parent: unknown } | null;
}

export interface TrustedPage {
  /** `app://autodoc`: the only origin that may speak to the main process. */
  readonly origin: string;
  /** Whether this is the id of the web contents of a window that the application opened. */
  isOwnWindow(contentsId: number): boolean;
}

/**
 * Whether a message comes from our own page in the top frame of our own window. A frame that
 * has navigated or is gone since it spoke is null, and not trusted.
 */
export function isTrustedSender({ sender, senderFrame }: Sent, page: TrustedPage): boolean {
  if (senderFrame?.parent !== null) return false;
  if (!page.isOwnWindow(sender.id)) return false;
  const url = URL.parse(senderFrame.url);
  return url !== null && `${url.protocol}//${url.host}` === page.origin;
}
