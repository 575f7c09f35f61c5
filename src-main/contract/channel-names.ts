/*
 * The names alone, without the schemas: the preload carries this list and nothing more.
 * `channels.ts` does not compile unless its tables and these lists agree.
 */

export const channelNames = [
  'library:status',
  'library:start',
  'documents:list',
  'documents:open',
  'documents:create',
  'documents:save',
  'documents:autosave',
  'documents:rename',
  'documents:trash',
  'documents:restore',
  'versions:list',
  'versions:show',
  'versions:restore',
  'autodocs:list',
  'autodocs:draft',
  'autodocs:cancel',
  'autodocs:probabilities',
  'autodocs:queue',
  'context:measure',
  'models:list',
  'models:show',
  'models:choose-folder',
  'models:import',
  'models:remove',
  'models:measure',
  'downloads:list',
  'downloads:start',
  'downloads:pause',
  'downloads:discard',
  'hub:status',
  'hub:set-token',
  'jobs:cancel',
  'settings:get',
  'settings:set',
  'settings:reset',
  'settings:check',
  'devices:list',
  'devices:probe',
  'engine:status',
  'folders:show',
  'window:ready-to-close',
  'window:hold-open',
] as const;

export const eventNames = [
  'store:changed',
  'draft:progress',
  'autodoc:changed',
  'engine:changed',
  'job:changed',
  'models:changed',
  'download:changed',
  'devices:changed',
  'settings:changed',
  'menu:command',
  'window:closing',
] as const;

/**
 * A link to the web that a person clicked. Not on the bridge: the preload sends it itself,
 * and only for a click that the browser vouches for, so that no script can open a page.
 */
export const openLinkChannel = 'links:open';
