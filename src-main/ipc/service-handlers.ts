import type { Services, ShellChannel } from '../services/services.ts';
import type { Handlers } from './handlers.ts';

/** What the shell answers itself: dialogs and windows. */
export type ShellHandlers = Pick<Handlers, ShellChannel>;

/**
 * Each channel's service, asked in the name of whoever sits at this machine. The window never
 * says who it is: the principal is resolved here, at each call.
 */
export function serviceHandlers(services: Services, shell: ShellHandlers): Handlers {
  const who = () => services.principal();
  return {
    'library:status': (payload) => services.library.status(who(), payload),
    'library:start': (payload) => services.library.start(who(), payload),

    'documents:list': (payload) => services.documents.list(who(), payload),
    'documents:open': (payload) => services.documents.open(who(), payload),
    'documents:create': (payload) => services.documents.create(who(), payload),
    'documents:save': (payload) => services.documents.save(who(), payload),
    'documents:autosave': (payload) => services.documents.autosave(who(), payload),
    'documents:rename': (payload) => services.documents.rename(who(), payload),
    'documents:trash': (payload) => services.documents.trash(who(), payload),
    'documents:restore': (payload) => services.documents.restore(who(), payload),
    'documents:commission': (payload) => services.documents.commission(who(), payload),
    'documents:describe': (payload) => services.documents.describe(who(), payload),
    'documents:step': (payload) => services.documents.step(who(), payload),
    'documents:purge': (payload) => services.documents.purge(who(), payload),
    'documents:mark-seen': (payload) => services.documents['mark-seen'](who(), payload),

    'versions:list': (payload) => services.versions.list(who(), payload),
    'versions:show': (payload) => services.versions.show(who(), payload),
    'versions:restore': (payload) => services.versions.restore(who(), payload),

    'autodocs:list': (payload) => services.autodocs.list(who(), payload),
    'autodocs:draft': (payload) => services.autodocs.draft(who(), payload),
    'autodocs:cancel': (payload) => services.autodocs.cancel(who(), payload),
    'autodocs:probabilities': (payload) => services.autodocs.probabilities(who(), payload),
    'autodocs:queue': (payload) => services.autodocs.queue(who(), payload),

    'accounts:status': (payload) => services.accounts.status(who(), payload),
    'accounts:switch-on': (payload) => services.accounts['switch-on'](who(), payload),
    'accounts:register': (payload) => services.accounts.register(who(), payload),
    'accounts:sign-in': (payload) => services.accounts['sign-in'](who(), payload),
    'accounts:sign-out': (payload) => services.accounts['sign-out'](who(), payload),
    'accounts:lock': (payload) => services.accounts.lock(who(), payload),
    'accounts:unlock': (payload) => services.accounts.unlock(who(), payload),
    'accounts:add-device': (payload) => services.accounts['add-device'](who(), payload),
    'accounts:change-password': (payload) => services.accounts['change-password'](who(), payload),
    'accounts:update': (payload) => services.accounts.update(who(), payload),

    'users:list': (payload) => services.users.list(who(), payload),
    'users:show': (payload) => services.users.show(who(), payload),
    'users:set-status': (payload) => services.users['set-status'](who(), payload),
    'users:set-type': (payload) => services.users['set-type'](who(), payload),
    'users:approve-device': (payload) => services.users['approve-device'](who(), payload),
    'users:revoke-device': (payload) => services.users['revoke-device'](who(), payload),
    'users:reset': (payload) => services.users.reset(who(), payload),

    'audit:list': (payload) => services.audit.list(who(), payload),

    'retentions:list': (payload) => services.retentions.list(who(), payload),
    'retentions:retain': (payload) => services.retentions.retain(who(), payload),

    'comments:list': (payload) => services.comments.list(who(), payload),
    'comments:write': (payload) => services.comments.write(who(), payload),
    'comments:edit': (payload) => services.comments.edit(who(), payload),
    'comments:resolve': (payload) => services.comments.resolve(who(), payload),
    'comments:remove': (payload) => services.comments.remove(who(), payload),

    'conflicts:show': (payload) => services.conflicts.show(who(), payload),

    'notices:list': (payload) => services.notices.list(who(), payload),
    'notices:mark-read': (payload) => services.notices['mark-read'](who(), payload),

    'exchange:preview-prompts': (payload) => services.exchange['preview-prompts'](who(), payload),
    'exchange:import-prompts': (payload) => services.exchange['import-prompts'](who(), payload),
    'exchange:report': (payload) => services.exchange.report(who(), payload),

    'libraries:list': (payload) => services.libraries.list(who(), payload),
    'libraries:open': (payload) => services.libraries.open(who(), payload),

    'team:status': (payload) => services.team.status(who(), payload),
    'team:join': (payload) => services.team.join(who(), payload),
    'team:leave': (payload) => services.team.leave(who(), payload),
    'team:sync': (payload) => services.team.sync(who(), payload),
    'team:generations': (payload) => services.team.generations(who(), payload),
    'team:restore-generation': (payload) => services.team['restore-generation'](who(), payload),
    'team:set-limits': (payload) => services.team['set-limits'](who(), payload),

    'context:measure': (payload) => services.context.measure(who(), payload),

    'models:list': (payload) => services.models.list(who(), payload),
    'models:show': (payload) => services.models.show(who(), payload),
    'models:import': (payload) => services.models.import(who(), payload),
    'models:remove': (payload) => services.models.remove(who(), payload),
    'models:measure': (payload) => services.models.measure(who(), payload),
    'downloads:list': (payload) => services.downloads.list(who(), payload),
    'downloads:start': (payload) => services.downloads.start(who(), payload),
    'downloads:pause': (payload) => services.downloads.pause(who(), payload),
    'downloads:discard': (payload) => services.downloads.discard(who(), payload),
    'hub:status': (payload) => services.hub.status(who(), payload),
    'hub:set-token': (payload) => services.hub['set-token'](who(), payload),
    'jobs:cancel': (payload) => services.jobs.cancel(who(), payload),

    'settings:get': (payload) => services.settings.get(who(), payload),
    'settings:set': (payload) => services.settings.set(who(), payload),
    'settings:reset': (payload) => services.settings.reset(who(), payload),
    'settings:check': (payload) => services.settings.check(who(), payload),
    'devices:list': (payload) => services.devices.list(who(), payload),

    'devices:probe': (payload) => services.devices.probe(who(), payload),

    'engine:status': (payload) => services.engine.status(who(), payload),

    'audit:export': shell['audit:export'],
    'exchange:export': shell['exchange:export'],
    'exchange:import': shell['exchange:import'],
    'exchange:choose-prompts': shell['exchange:choose-prompts'],
    'exchange:export-drafts': shell['exchange:export-drafts'],
    'team:create': shell['team:create'],
    'team:choose-file': shell['team:choose-file'],
    'team:move': shell['team:move'],
    'models:choose-folder': shell['models:choose-folder'],
    'folders:show': shell['folders:show'],
    'window:ready-to-close': shell['window:ready-to-close'],
    'window:hold-open': shell['window:hold-open'],
  };
}
