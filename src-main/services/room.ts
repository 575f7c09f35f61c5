import type { Principal } from '../access/authorize.ts';
import type { ChannelName, ChannelOutput, ChannelPayload } from '../contract/channels.ts';

/** Channels that the shell answers itself: dialogs and windows. */
export type ShellChannel =
  | 'models:choose-folder'
  | 'folders:show'
  | 'window:ready-to-close'
  | 'window:hold-open'
  | 'audit:export'
  | 'exchange:export'
  | 'exchange:import'
  | 'exchange:choose-prompts'
  | 'exchange:export-drafts'
  | 'team:create'
  | 'team:choose-file'
  | 'team:move';
type ServiceChannel = Exclude<ChannelName, ShellChannel>;

/** A channel as a function: who asks, then exactly the channel's payload. */
type ServiceCall<Name extends ServiceChannel> = (
  principal: Principal,
  payload: ChannelPayload<Name>,
) => ChannelOutput<Name> | Promise<ChannelOutput<Name>>;

type Noun<Name extends string> = Name extends `${infer N}:${string}` ? N : never;
type Verb<Name extends string> = Name extends `${string}:${infer V}` ? V : never;

/** One room's calls: the channel `documents:save` is `services.documents.save`. */
export type Room<N extends Noun<ServiceChannel>> = {
  readonly [Name in Extract<ServiceChannel, `${N}:${string}`> as Verb<Name>]: ServiceCall<Name>;
};
