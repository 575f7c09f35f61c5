import type { ChannelName, ChannelOutput, ChannelPayload } from '../contract/channels.ts';

/** One function per channel of the contract. What it throws crosses over as an envelope. */
export type Handlers = {
  readonly [Name in ChannelName]: (
    payload: ChannelPayload<Name>,
  ) => ChannelOutput<Name> | Promise<ChannelOutput<Name>>;
};
