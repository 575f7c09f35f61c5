import type { Bridge } from '../../src-main/contract/bridge.ts';
import type {
  ChannelInput,
  ChannelName,
  ChannelOutput,
  EventName,
  Events,
} from '../../src-main/contract/channels.ts';
import { fromErrorEnvelope } from '../../src-main/contract/errors.ts';

declare global {
  interface Window {
    /** Put there by the preload before any script of the page runs. */
    readonly autodoc: Bridge;
  }
}

/**
 * Asks the main process and answers its value.
 * Throws `AppError` with the code and message that the main process gave.
 */
export async function call<Name extends ChannelName>(
  name: Name,
  ...input: undefined extends ChannelInput<Name> ? [input?: undefined] : [input: ChannelInput<Name>]
): Promise<ChannelOutput<Name>> {
  const result = await window.autodoc.invoke(name, input[0]);
  if (!result.ok) throw fromErrorEnvelope(result.error);
  return result.value;
}

/** Listens to a broadcast of the main process. The answer stops listening. */
export function listen<Name extends EventName>(
  name: Name,
  listener: (payload: Events[Name]) => void,
): () => void {
  return window.autodoc.on(name, listener);
}

/** Whether Cmd takes Ctrl's place. */
export function isMac(): boolean {
  return window.autodoc.platform === 'darwin';
}
