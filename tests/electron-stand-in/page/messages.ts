/*
 * What a page and the main process tell each other through the DevTools protocol. `args`,
 * `value` and `error` are text of the codec.
 */

/** Every message says which document it comes from: a page may have navigated since. */
export type FromPage = { readonly documentUrl: string } & PageMessage;

export type PageMessage =
  | {
      readonly type: 'invoke';
      readonly id: number;
      readonly channel: string;
      readonly args: string;
    }
  | { readonly type: 'send'; readonly channel: string; readonly args: string }
  /** A script called window.open. */
  | {
      readonly type: 'open';
      readonly url: string;
      readonly frameName: string;
      readonly features: string;
    }
  /** A key of the application menu that the page left alone. */
  | { readonly type: 'accelerator'; readonly index: number }
  /** A person resized the window: its outer size and place. */
  | {
      readonly type: 'bounds';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
    }
  | { readonly type: 'preload-error'; readonly message: string };

export type ToPage =
  | { readonly type: 'reply'; readonly id: number; readonly value: string }
  | { readonly type: 'failure'; readonly id: number; readonly message: string }
  | { readonly type: 'event'; readonly channel: string; readonly args: string }
  | { readonly type: 'accelerators'; readonly keys: readonly AcceleratorKey[] };

/** One key combination; `key` is in lower case. Its place in the list is what the page reports. */
export interface AcceleratorKey {
  readonly key: string;
  readonly ctrl: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
  readonly meta: boolean;
}
