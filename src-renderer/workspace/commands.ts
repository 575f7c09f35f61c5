import { tinykeys } from 'tinykeys';
import type { MenuCommand } from '../../src-main/contract/channels.ts';
import type { TeamStore } from '../features/team/team-store.svelte.ts';
import { listen } from '../ipc/client.ts';
import { hasOpenLayer } from '../lib/open-layer.ts';
import { reportError } from '../lib/report-error.ts';
import { commandKeys } from '../lib/shortcuts.ts';
import { toasts } from '../ui/toasts.svelte.ts';
import type { DocumentActions } from './document-actions.ts';
import type { Handles } from './handles.svelte.ts';
import type { ScreensStore } from './screens-store.svelte.ts';
import type { WorkspaceStore } from './workspace-store.svelte.ts';

interface Rooms {
  readonly work: WorkspaceStore;
  readonly actions: DocumentActions;
  readonly screens: ScreensStore;
  readonly team: TeamStore;
  readonly handles: Handles;
  readonly onLock: () => void;
}

type CommandTable = Readonly<Record<MenuCommand, () => unknown>>;

/** What the menu's commands do, whether they come from the menu, a key or a button. */
export class Commands {
  readonly #screens: ScreensStore;
  readonly #table: CommandTable;

  constructor(rooms: Rooms) {
    this.#screens = rooms.screens;
    this.#table = tableOf(rooms);
  }

  /** Hears the menu and the keys. The answer stops. */
  start(): () => void {
    const stops = [
      listen('menu:command', ({ command }) => this.run(command)),
      tinykeys(
        window,
        Object.fromEntries(
          commandKeys.map(([key, command]) => [
            key,
            (event: KeyboardEvent) => this.#press(event, command),
          ]),
        ),
        // The editor has uses of its own for some of these keys: the window comes first.
        { capture: true, ignore: (event) => event.isComposing || event.repeat },
      ),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  run(command: MenuCommand): void {
    // A screen covers the workspace: what is no dialog over both leads out of it.
    const isOverAll = command === 'view:shortcuts' || command.startsWith('team:');
    const { shown } = this.#screens;
    if (shown !== null && !isOverAll) {
      if (command === `view:${shown}`) return;
      this.#screens.uncover();
    }
    Promise.resolve(this.#table[command]()).catch(reportError);
  }

  #press(event: KeyboardEvent, command: MenuCommand): void {
    // In the library's list F2 renames the row that has the focus.
    const isOnRow = event.target instanceof Element && event.target.matches('[data-document]');
    if (command === 'document:rename' && isOnRow) return;
    // Where a comment is typed, the keys that draft send it.
    const isInComment = event.target instanceof Element && event.target.closest('[data-composer]');
    if (command === 'document:draft' && event.key === 'Enter' && isInComment) return;
    // AltGr types signs, and reads as Ctrl+Alt.
    if (command === 'document:comment' && event.getModifierState('AltGraph')) return;
    // Behind a dialog nothing happens; and the browser's own meaning of the keys never does.
    event.preventDefault();
    event.stopPropagation();
    if (!hasOpenLayer()) this.run(command);
  }
}

function tableOf({ work, actions, screens, team, handles, onLock }: Rooms): CommandTable {
  return {
    'document:new': () => work.create(),
    'document:commission': () => actions.commission(),
    'document:save': () => actions.save(),
    'document:draft': () => actions.draft(),
    'document:rename': () => actions.rename(),
    'document:comment': () => actions.comment(),
    'document:details': () => work.document && work.showPanel('brief'),
    'document:trash': () => work.onPage && actions.trash(work.onPage.id, work.onPage.document_name),
    'library:filter': () => work.searchLibrary(),
    'view:library': () => work.layout.showLibrary(!work.layout.isLibraryOpen),
    'view:drafts': () => work.showPanel('drafts'),
    'view:versions': () => work.showPanel('versions'),
    'view:side-by-side': () => work.toggleSideBySide(),
    'view:comments': () => work.document && work.showPanel('comments'),
    'view:home': () => work.goHome(),
    'view:users': () => screens.manage('users'),
    'view:audit': () => screens.manage('audit'),
    'view:settings': () => screens.openSettings('drafting'),
    'view:shortcuts': () => handles.dialogs?.showShortcuts(),
    'accounts:lock': onLock,
    'exchange:export': () => handles.exchange?.exportJson(),
    'exchange:import': () => handles.exchange?.importJson(),
    'exchange:prompts': () => handles.exchange?.importPrompts(),
    'exchange:drafts': () => handles.exchange?.exportDrafts(),
    'team:create': () => handles.dialogs?.createTeam(),
    'team:join': () => handles.dialogs?.joinTeam(),
    'team:sync': () => syncTeam(team),
  };
}

async function syncTeam(team: TeamStore): Promise<void> {
  if (!team.isShared) {
    toasts.show('This library is shared by no file. Create a team file, or join one.');
    return;
  }
  if (!(await team.sync())) toasts.show(team.problem ?? '', { tone: 'danger' });
}
