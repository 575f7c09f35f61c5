import * as v from 'valibot';
import type { channelNames, eventNames } from './channel-names.ts';
import { channel, type Channel } from './channel.ts';
import {
  documentBodySchema,
  documentNameSchema,
  idSchema,
  type Autodoc,
  type AutodocWithDocument,
  type Document,
  type ListedDocument,
  type Id,
  type OpenDocument,
  type TokenProbability,
  type Version,
  type VersionWithBody,
} from './domain.ts';
import { exchangeChannels } from './exchange-channels.ts';
import { generationParametersSchema } from './generation.ts';
import type { DeviceReport, ModelCard, ModelSummary } from './models.ts';
import { newPasswordSchema, profileSchema, type AccountsStatus } from './people.ts';
import { pageSchema, peopleChannels } from './people-channels.ts';
import type { SavedDocument } from './saved-document.ts';
import { settingsPatchSchema, type Settings } from './settings.ts';
import { documentFilterSchema, documentSorts } from './work.ts';
import type { TeamStatus } from './team.ts';
import { teamChannels } from './team-channels.ts';
import { workChannels, type UnreadNotices } from './work-channels.ts';

/*
 * Every channel between the window and the main process: its name (`noun:verb`), the schema
 * of its one argument and the type of its answer. `ipc` registers exactly these, the preload
 * exposes exactly these, and the window's client is typed by them.
 */

const nothing = v.undefined();
const versionIds = v.pipe(v.array(idSchema), v.maxLength(100));
const modelName = v.pipe(v.string(), v.minLength(1), v.maxLength(200));

export interface LibraryStatus {
  /** No library yet: the window shows the first start. */
  readonly is_first_start: boolean;
  readonly accounts: AccountsStatus;
  readonly app_version: string;
  readonly store_path: string;
  readonly models_path: string;
  /** What the user should know about the store's last opening, e.g. a backup made. */
  readonly notices: readonly string[];
}

export interface DocumentPage {
  readonly documents: readonly ListedDocument[];
  /** How many match, on all pages. */
  readonly total: number;
  /** Of all that whoever asks may read there, those with versions that stand beside their text. */
  readonly conflicted: number;
}

/** What the model would read of a text, for the status bar. */
export interface ContextMeasure {
  /** Tokens counted, at most a few windows' worth: counting stops where the model cannot see. */
  readonly tokens: number;
  readonly is_exact: boolean;
  /** Tokens the model reads: the last part of the text. */
  readonly prompt_tokens: number;
  /** Where the model starts to read, in UTF-16 code units of the text. */
  readonly reads_from: number;
  /** The model's context, in tokens. */
  readonly n_positions: number;
  /** Tokens it may write. */
  readonly max_new_tokens: number;
}

export interface JobStarted {
  readonly job_id: Id;
}

/** A model's files on their way from a hub; kept over a restart until they are whole or discarded. */
export interface Download {
  readonly id: Id;
  /** The repository on the hub: `openai-community/gpt2`. */
  readonly repository: string;
  /** A branch, a tag or a commit, as it was asked for. */
  readonly revision: string;
  /** The name that the model gets in the store. */
  readonly name: string;
  /**
   * `waiting`: pauses before another try; `importing`: all files are verified and being prepared;
   * `done` is told once and then forgotten.
   */
  readonly state: 'running' | 'waiting' | 'paused' | 'failed' | 'importing' | 'done';
  /** What it is doing, why it waits or failed, for people. */
  readonly message: string;
  readonly received_bytes: number;
  /** Null while the hub has not told. */
  readonly total_bytes: number | null;
  readonly bytes_per_second: number | null;
}

/** The hub that models are fetched from. Nothing connects to it unless a person asks. */
export interface HubStatus {
  /** `HF_ENDPOINT`, or Hugging Face's own address. */
  readonly endpoint: string;
  /** Whether an access token for private repositories is kept. The token itself is never told. */
  readonly has_token: boolean;
  /** Whether this system has a keychain that a token can be kept in. */
  readonly can_keep_token: boolean;
}

export const channels = {
  'library:status': channel<LibraryStatus>()(nothing),
  /** "Just me" makes the local owner; "A team" the first admin, and switches accounts on. */
  'library:start': channel<LibraryStatus>()(
    v.variant('mode', [
      v.strictObject({
        mode: v.literal('just_me'),
        name: v.pipe(v.string(), v.trim(), v.maxLength(200)),
      }),
      v.strictObject({ mode: v.literal('team'), ...profileSchema, password: newPasswordSchema }),
    ]),
  ),

  'documents:list': channel<DocumentPage>()(
    v.strictObject({
      query: v.pipe(v.string(), v.maxLength(1_000)),
      place: v.picklist(['library', 'trash']),
      /** Default: all that whoever asks may read. */
      filter: v.optional(documentFilterSchema),
      /** Default: last changed first, or with a query the best match first. */
      sort: v.optional(
        v.strictObject({ by: v.picklist(documentSorts), direction: v.picklist(['asc', 'desc']) }),
      ),
      ...pageSchema,
    }),
  ),
  'documents:open': channel<OpenDocument>()(v.strictObject({ document_id: idSchema })),
  'documents:create': channel<SavedDocument>()(
    v.strictObject({
      document_name: documentNameSchema,
      document_body: documentBodySchema,
      /** Whether to draft at once. An empty body is never drafted. */
      draft: v.boolean(),
    }),
  ),
  'documents:save': channel<SavedDocument>()(
    v.strictObject({
      document_id: idSchema,
      document_body: documentBodySchema,
      base_version_ids: versionIds,
      draft: v.boolean(),
    }),
  ),
  /** Keeps text without making a version or a draft. */
  'documents:autosave': channel<{ readonly saved_on: string }>()(
    v.strictObject({
      document_id: idSchema,
      document_body: documentBodySchema,
      base_version_ids: versionIds,
    }),
  ),
  'documents:rename': channel<Document>()(
    v.strictObject({ document_id: idSchema, document_name: documentNameSchema }),
  ),
  'documents:trash': channel<Document>()(v.strictObject({ document_id: idSchema })),
  'documents:restore': channel<Document>()(v.strictObject({ document_id: idSchema })),

  /** Newest first. */
  'versions:list': channel<readonly Version[]>()(v.strictObject({ document_id: idSchema })),
  'versions:show': channel<VersionWithBody>()(v.strictObject({ version_id: idSchema })),
  /** Makes a new version with the old one's body; the current text stays in the history. */
  'versions:restore': channel<SavedDocument>()(
    v.strictObject({ document_id: idSchema, version_id: idSchema }),
  ),

  /** Newest first. */
  'autodocs:list': channel<readonly AutodocWithDocument[]>()(
    v.strictObject({ document_id: idSchema }),
  ),
  /** Queues one more draft of the document's current version. */
  'autodocs:draft': channel<Autodoc>()(v.strictObject({ document_id: idSchema })),
  'autodocs:cancel': channel<Autodoc>()(v.strictObject({ autodoc_id: idSchema })),
  /** How likely each token of a draft was, computed on demand with the model that wrote it. */
  'autodocs:probabilities': channel<readonly TokenProbability[]>()(
    v.strictObject({
      autodoc_id: idSchema,
      /** How many of the likeliest tokens to name at each place. */
      alternatives: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(20)),
    }),
  ),
  /** What is queued in this library, in the order it will be drafted: the first 200. */
  'autodocs:queue': channel<readonly AutodocWithDocument[]>()(nothing),

  'context:measure': channel<ContextMeasure>()(v.strictObject({ text: documentBodySchema })),

  'models:list': channel<readonly ModelSummary[]>()(nothing),
  'models:show': channel<ModelCard>()(v.strictObject({ name: modelName })),
  /** Asks for a folder with the system's dialog; null when the user closed it. */
  'models:choose-folder': channel<string | null>()(nothing),
  'models:import': channel<JobStarted>()(
    v.strictObject({
      directory: v.pipe(v.string(), v.minLength(1), v.maxLength(4_096)),
      name: v.nullable(modelName),
    }),
  ),
  'models:remove': channel<null>()(v.strictObject({ name: modelName })),
  /** Measures a model's variants anew, on the text that comes with Autodoc or on the user's own. */
  'models:measure': channel<JobStarted>()(
    v.strictObject({ name: modelName, text: v.picklist(['sample', 'documents']) }),
  ),

  'downloads:list': channel<readonly Download[]>()(nothing),
  /** Begins a download, or goes on with one of the same repository and revision. */
  'downloads:start': channel<Download>()(
    v.strictObject({
      repository: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200)),
      /** Null for the repository's main branch. */
      revision: v.nullable(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200))),
      /** Null for the repository's own name. */
      name: v.nullable(modelName),
    }),
  ),
  'downloads:pause': channel<null>()(v.strictObject({ download_id: idSchema })),
  /** Stops a download and deletes what it fetched. */
  'downloads:discard': channel<null>()(v.strictObject({ download_id: idSchema })),
  'hub:status': channel<HubStatus>()(nothing),
  /** Keeps a token in the system's keychain, or forgets it. */
  'hub:set-token': channel<HubStatus>()(
    v.strictObject({
      token: v.nullable(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(500))),
    }),
  ),
  'jobs:cancel': channel<null>()(v.strictObject({ job_id: idSchema })),

  ...peopleChannels,
  ...workChannels,
  ...exchangeChannels,
  ...teamChannels,

  'settings:get': channel<Settings>()(nothing),
  'settings:set': channel<Settings>()(settingsPatchSchema),
  'settings:reset': channel<Settings>()(nothing),
  /** Checks parameters without keeping them: the settings screen's live answer. */
  'settings:check': channel<null>()(v.strictObject({ parameters: generationParametersSchema })),
  'devices:list': channel<readonly DeviceReport[]>()(nothing),
  /** Probes the devices again; the reports come as `devices:changed`. */
  'devices:probe': channel<null>()(nothing),

  'engine:status': channel<EngineStatus>()(nothing),
  'folders:show': channel<null>()(
    v.strictObject({ folder: v.picklist(['store', 'models', 'team']) }),
  ),

  /** The window has handed over its last words; main may close it. */
  'window:ready-to-close': channel<null>()(nothing),
  /** The window's last words could not be kept, and why: it must not just close. */
  'window:hold-open': channel<null>()(
    v.strictObject({ reason: v.pipe(v.string(), v.maxLength(2_000)) }),
  ),
} as const satisfies Record<(typeof channelNames)[number], Channel<v.GenericSchema, unknown>>;

export type { SavedDocument } from './saved-document.ts';
export type ChannelName = keyof typeof channels;
export type ChannelInput<Name extends ChannelName> = v.InferInput<(typeof channels)[Name]['input']>;
/** The input after its schema: trimmed, transformed. */
export type ChannelPayload<Name extends ChannelName> = v.InferOutput<
  (typeof channels)[Name]['input']
>;
export type ChannelOutput<Name extends ChannelName> =
  (typeof channels)[Name] extends Channel<v.GenericSchema, infer Output> ? Output : never;

/** What the engine is doing, as the status bar says it. */
export interface EngineStatus {
  readonly state: 'idle' | 'loading' | 'drafting' | 'restarting' | 'failed';
  readonly model_name: string | null;
  /** Where the last draft really ran. */
  readonly device: string | null;
  readonly variant: string | null;
  /** Measured over the current or the last draft. */
  readonly tokens_per_second: number | null;
  /** Drafts waiting or being written. */
  readonly queue_length: number;
  /** Said when something needs saying: a fall-back, a restart, its reason. */
  readonly message: string | null;
}

/** A draft as it is being written. For beam search `text` is the current best and may change. */
export interface DraftProgress {
  readonly autodoc_id: Id;
  readonly document_id: Id;
  readonly text: string;
  readonly tokens: number;
  readonly max_new_tokens: number;
  readonly tokens_per_second: number;
}

export interface JobProgress {
  readonly job_id: Id;
  readonly kind:
    | 'import_model'
    | 'measure_model'
    | 'export_library'
    | 'import_library'
    | 'import_prompts'
    | 'export_drafts'
    | 'create_team'
    | 'join_team'
    | 'restore_generation';
  readonly subject: string;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  /** What it is doing now, or how it ended. */
  readonly message: string;
  /** 0 to 1, null while unknown. */
  readonly fraction: number | null;
}

/** Broadcasts from main to the window: they say what is, and never drive control flow. */
export interface Events {
  'store:changed': {
    readonly documents: readonly Id[];
    /** Set when more changed than is worth listing, e.g. another process wrote. */
    readonly everything: boolean;
  };
  'draft:progress': DraftProgress;
  /** An autodoc was queued or reached its end. */
  'autodoc:changed': AutodocWithDocument;
  'engine:changed': EngineStatus;
  'job:changed': JobProgress;
  'models:changed': null;
  'download:changed': Download;
  'devices:changed': readonly DeviceReport[];
  'settings:changed': Settings;
  /** Somebody signed in or out, or accounts were switched on. */
  'accounts:changed': AccountsStatus;
  'notices:changed': UnreadNotices;
  'team:changed': TeamStatus;
  /** Another library is open now: the window begins anew. */
  'library:opened': null;
  /** A person clicked a notification of the system's. */
  'document:wanted': { readonly document_id: Id };
  /** A command from the application menu. */
  'menu:command': { readonly command: MenuCommand };
  /**
   * The window is about to close: hand over unsaved text, then call `window:ready-to-close`, or
   * `window:hold-open` where it could not be kept.
   */
  'window:closing': null;
}
export type EventName = (typeof eventNames)[number];

export const menuCommands = [
  'document:new',
  'document:commission',
  'document:save',
  'document:draft',
  'document:rename',
  'document:comment',
  'document:details',
  'document:trash',
  'library:filter',
  'view:library',
  'view:drafts',
  'view:versions',
  'view:side-by-side',
  'view:comments',
  'view:home',
  'view:users',
  'view:audit',
  'view:settings',
  'view:shortcuts',
  'accounts:lock',
  'exchange:export',
  'exchange:import',
  'exchange:prompts',
  'exchange:drafts',
  'team:create',
  'team:join',
  'team:sync',
] as const;
export type MenuCommand = (typeof menuCommands)[number];
