import type { ChannelInput, ChannelName, ChannelOutput, EventName, Events } from './channels.ts';
import type { Result } from './errors.ts';

/** What the preload puts on `window.autodoc`: the contract's channels and nothing else. */
export interface Bridge {
  readonly platform: string;
  invoke<Name extends ChannelName>(
    name: Name,
    input: ChannelInput<Name>,
  ): Promise<Result<ChannelOutput<Name>>>;
  /** Listens to a broadcast; the answer stops listening. */
  on<Name extends EventName>(name: Name, listener: (payload: Events[Name]) => void): () => void;
}
