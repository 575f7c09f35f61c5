import type { ChannelPayload } from '../contract/channels.ts';
import type { AutodocWithDocument, Id } from '../contract/domain.ts';
import type { ModelCard, Variant } from '../contract/models.ts';
import type { PrepareOptions } from '../inference/client/types.ts';
import type { StoreReport } from '../store/types.ts';
import type { Principal } from '../access/authorize.ts';
import type { EventSource } from './event-bus.ts';
import type { ExchangeService } from './exchange/types.ts';
import type { TeamService } from './team/types.ts';
import type { Room } from './room.ts';
import type { TextsService } from './texts.ts';

export type { Room, ShellChannel } from './room.ts';

export interface DocumentsService extends Room<'documents'> {
  /**
   * Turns every autosaved text into a version and queues its draft, as leaving a changed
   * document does: for the application's end, or of a few documents without drafting them.
   * Answers how many were kept; a text that cannot be stays in the journal.
   */
  keepJournals(
    principal: Principal,
    options?: { readonly documentIds?: readonly Id[]; readonly draft?: boolean },
  ): Promise<number>;
}

export interface AutodocsService extends Room<'autodocs'> {
  /** Of every document, newest first. */
  listAll(principal: Principal): readonly AutodocWithDocument[];
  /** Throws `not_found`. */
  show(principal: Principal, autodocId: Id): AutodocWithDocument;
}

export interface AuditService extends Pick<Room<'audit'>, 'list'> {
  /** Writes every entry that a filter lets through, newest first, whole or not at all. */
  export(
    principal: Principal,
    request: ChannelPayload<'audit:export'>,
    file: string,
  ): Promise<void>;
}

export interface PrepareModelOptions extends PrepareOptions {
  /** Which variants to write beside fp32, which always is; all of them by default. */
  readonly variants?: readonly Variant[];
}

export interface ModelsService extends Room<'models'> {
  /** What `models:import` does in the background, to wait for. */
  prepare(
    principal: Principal,
    payload: ChannelPayload<'models:import'>,
    options?: PrepareModelOptions,
  ): Promise<ModelCard>;
  /** What `models:measure` does in the background, to wait for. */
  measureNow(
    principal: Principal,
    payload: ChannelPayload<'models:measure'>,
    options?: PrepareOptions,
  ): Promise<ModelCard>;
}

/** How a download is waited for. */
export interface FetchModelOptions {
  /** Pauses it when aborted. */
  readonly signal: AbortSignal;
  /** Instead of the kept access token. */
  readonly token?: string | null;
  /** Whether to discard what was fetched before and take what the hub has now. */
  readonly isAfresh?: boolean;
}

export interface DownloadsService extends Room<'downloads'> {
  /** What `downloads:start` does in the background, to wait for. */
  fetch(
    principal: Principal,
    payload: ChannelPayload<'downloads:start'>,
    options: FetchModelOptions,
  ): Promise<ModelCard>;
}

export interface DevicesRoom extends Room<'devices'> {
  /** Rejects with `cancelled` where the signal says so. */
  probe(principal: Principal, payload: undefined, signal?: AbortSignal): Promise<null>;
}

/** The queue at work in this process. */
interface DraftingService {
  /** Drafts what is queued, now and from now on. */
  start(): void;
  /** Resolves when the draft has its end, whichever process writes it. */
  ended(principal: Principal, autodocId: Id, signal?: AbortSignal): Promise<AutodocWithDocument>;
}

interface MaintenanceService {
  verify(principal: Principal): StoreReport;
  rebuild(principal: Principal): StoreReport;
}

/** The rules of the product, a member for each noun of the contract's channels. */
export interface Services {
  readonly library: Room<'library'>;
  readonly accounts: Room<'accounts'>;
  readonly users: Room<'users'>;
  readonly audit: AuditService;
  readonly documents: DocumentsService;
  readonly versions: Room<'versions'>;
  readonly retentions: Room<'retentions'>;
  readonly comments: Room<'comments'>;
  readonly conflicts: Room<'conflicts'>;
  readonly notices: Room<'notices'>;
  readonly exchange: ExchangeService;
  readonly autodocs: AutodocsService;
  readonly context: Room<'context'>;
  readonly models: ModelsService;
  readonly jobs: Room<'jobs'>;
  readonly downloads: DownloadsService;
  readonly hub: Room<'hub'>;
  readonly settings: Room<'settings'>;
  readonly devices: DevicesRoom;
  readonly engine: Room<'engine'>;
  readonly libraries: Room<'libraries'>;
  readonly team: TeamService;

  /** Text in, text out, without a document: what the command line offers. */
  readonly texts: TextsService;
  readonly drafting: DraftingService;
  readonly maintenance: MaintenanceService;

  /** Broadcasts: the shell forwards them to the window. */
  readonly events: EventSource;
  /** Who works here now: an open library's owner, who signed in, or nobody yet. */
  principal(): Principal;
  /**
   * Starts the work that goes on by itself: drafting, noticing other writers, the starter model.
   * Throws where the library does not open; started already, it changes nothing.
   */
  start(): void;
  /** Stops it. A draft being written goes back to the queue; nothing is lost. */
  stop(): Promise<void>;
}
