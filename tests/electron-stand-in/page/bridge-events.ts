/*
 * What the two worlds of a page say to each other. They share nothing but the document, so
 * each message is a DOM event whose name starts with a secret of this page and whose detail is
 * JSON text. Dispatching an event runs its listeners at once: calls over the bridge can answer
 * synchronously, as Electron's do. Values inside are text of the codec.
 */

/** What stands on the isolated side, told to the main world so that it can build the same. */
export type Shape =
  | { readonly kind: 'function' }
  | { readonly kind: 'object'; readonly members: Readonly<Record<string, Shape>> }
  | { readonly kind: 'value'; readonly value: string };

/** An argument of a call: a value, or a function of the main world by its number. */
export type Argument = { readonly value: string } | { readonly callback: number };

export interface BridgeEvents {
  /** isolated → main: put this on the window. */
  readonly expose: { readonly key: string; readonly shape: Shape };
  /** main → isolated: call the function at this path, or one that an earlier call returned. */
  readonly call: {
    readonly id: number;
    readonly target: readonly string[] | { readonly returned: number };
    readonly args: readonly Argument[];
  };
  /** isolated → main, while `call` is being dispatched: how the call ended. */
  readonly returned:
    | { readonly value: string }
    | { readonly function: number }
    | { readonly isPromise: true }
    | { readonly error: string };
  /** isolated → main: how the promise that a call returned ended. */
  readonly settled: { readonly id: number } & (
    { readonly value: string } | { readonly error: string }
  );
  /** isolated → main: call a function that was an argument. */
  readonly callback: { readonly callback: number; readonly args: readonly string[] };
  /** main → isolated: a script called window.open. */
  readonly open: { readonly url: string; readonly frameName: string; readonly features: string };
}
