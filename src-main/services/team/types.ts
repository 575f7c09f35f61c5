import type { Principal } from '../../access/authorize.ts';
import type { ChannelPayload, JobStarted } from '../../contract/channels.ts';
import type { Id } from '../../contract/domain.ts';
import type { TeamFilePreview, TeamProblem, TeamStatus } from '../../contract/team.ts';
import type { MadeLibrary } from '../../sync/client-types.ts';
import type { Room } from '../room.ts';
import type { WorkOptions } from '../work-options.ts';

/** What a library held when it began to be shared. */
export interface SharedInPlace {
  readonly file: string;
  readonly documents: number;
  readonly members: number;
  readonly accounts_are_on: boolean;
}

/** How a library came to a team. */
export interface Joined extends MadeLibrary {
  /** Whether it was here before, with work that may be shared now. */
  readonly was_here: boolean;
}

/** What came of looking until there was nothing left to do. */
export interface SyncReport {
  readonly file: string;
  readonly rounds: number;
  /** Changes that came. */
  readonly taken: number;
  /** How often the team file was written. */
  readonly published: number;
  readonly unshared: number;
  readonly shared_on: string | null;
  /** What a person may want to know: a copy merged, a file kept aside. */
  readonly notices: readonly string[];
  /** Why it is not settled; null where it is. */
  readonly problem: TeamProblem | null;
}

interface NewMember {
  /** What whoever works here is to be called; empty for what the system calls them. */
  readonly member_name: string;
}

/** What the command line asks for: everything is about the library of the folder that it names. */
export interface TeamInPlace {
  /** Shares the library as it is. Starts it where nobody has. */
  share(
    principal: Principal,
    request: NewMember & { readonly file: string },
  ): Promise<SharedInPlace>;
  /** Makes the library from documents of another one (null: all of them), and shares it. */
  createFrom(
    principal: Principal,
    request: NewMember & {
      readonly from: string;
      readonly document_ids: readonly Id[] | null;
      readonly title: string;
      readonly file: string;
    },
    work: WorkOptions,
  ): Promise<MadeLibrary>;
  /** Makes the library from a copy of a team file; one of the same team that is here just takes part again. */
  join(
    principal: Principal,
    request: NewMember & { readonly file: string; readonly title: string },
    work: WorkOptions,
  ): Promise<Joined>;
  /** Imports and publishes until nothing is left to do, or something is in the way. */
  sync(principal: Principal, work: WorkOptions): Promise<SyncReport>;
  /** Says where the team file is now, or is to be. */
  move(principal: Principal, file: string): Promise<TeamStatus>;
  /** Makes a library of its own from an earlier team file, in another folder. */
  restore(
    principal: Principal,
    request: { readonly id: string; readonly directory: string },
    work: WorkOptions,
  ): Promise<MadeLibrary>;
}

/** What the window asks for, with the files that its user chose. */
export interface TeamService extends Room<'team'> {
  create(principal: Principal, request: ChannelPayload<'team:create'>, file: string): JobStarted;
  /** Looks into a file that somebody may join by; nothing in it is trusted. */
  choose(principal: Principal, file: string): Promise<TeamFilePreview>;
  move(principal: Principal, file: string): Promise<TeamStatus>;
  readonly inPlace: TeamInPlace;
}
