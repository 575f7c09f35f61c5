/** A key combination: `Mod` is Ctrl, and Cmd on macOS. Written as people read it. */
export interface Shortcut {
  readonly keys: string;
  readonly label: string;
}

export interface ShortcutGroup {
  readonly title: string;
  readonly shortcuts: readonly Shortcut[];
}

/** The overview's content. What the keys do is wired where they are heard. */
export const shortcutGroups: readonly ShortcutGroup[] = [
  {
    title: 'Document',
    shortcuts: [
      { keys: 'Mod+N', label: 'New document' },
      { keys: 'Mod+Shift+N', label: 'New commission' },
      { keys: 'Mod+S', label: 'Save and draft' },
      { keys: 'Mod+Enter', label: 'Draft now' },
      { keys: 'Alt+R', label: 'Draft once more' },
      { keys: 'Esc', label: 'Stop the draft' },
      { keys: 'F2', label: 'Rename' },
    ],
  },
  {
    title: 'Text',
    shortcuts: [
      { keys: 'Mod+F', label: 'Find' },
      { keys: 'Mod+H', label: 'Find and replace' },
      { keys: 'Mod+Z', label: 'Undo' },
      { keys: 'Mod+Shift+Z', label: 'Redo' },
      { keys: 'Mod+Alt+M', label: 'Comment on the selection' },
    ],
  },
  {
    title: 'Library',
    shortcuts: [
      { keys: 'Mod+P', label: 'Go to a document' },
      { keys: 'Mod+Shift+F', label: 'Search all documents' },
      { keys: '↑ ↓', label: 'Move in the list' },
      { keys: 'Enter', label: 'Open and write' },
      { keys: 'Del', label: 'Move to the trash' },
    ],
  },
  {
    title: 'Window',
    shortcuts: [
      { keys: 'Mod+0', label: 'Home: all documents' },
      { keys: 'Mod+B', label: 'Show or hide the library' },
      { keys: 'Mod+1', label: 'Drafts' },
      { keys: 'Mod+2', label: 'Versions' },
      { keys: 'Mod+3', label: 'Side by side' },
      { keys: 'Mod+4', label: 'Comments' },
      { keys: 'Mod+,', label: 'Settings' },
      { keys: 'Mod+Shift+L', label: 'Lock' },
      { keys: 'F1', label: 'These shortcuts' },
      { keys: 'F11', label: 'Full screen' },
    ],
  },
];

/** `Mod+S` as this machine's keyboard has it. */
export function platformKeys(keys: string, isMac: boolean): string {
  return keys.replace('Mod', isMac ? 'Cmd' : 'Ctrl');
}

/**
 * The window's keys, as tinykeys writes them, and the menu's command that each one gives. The
 * menu shows the same keys; the window hears them first and keeps them from the menu.
 */
export const commandKeys = [
  ['$mod+n', 'document:new'],
  ['$mod+Shift+n', 'document:commission'],
  ['$mod+s', 'document:save'],
  ['$mod+Enter', 'document:draft'],
  ['Alt+KeyR', 'document:draft'],
  ['F2', 'document:rename'],
  ['$mod+Alt+KeyM', 'document:comment'],
  ['$mod+p', 'library:filter'],
  ['$mod+Shift+f', 'library:filter'],
  ['$mod+0', 'view:home'],
  ['$mod+b', 'view:library'],
  ['$mod+1', 'view:drafts'],
  ['$mod+2', 'view:versions'],
  ['$mod+3', 'view:side-by-side'],
  ['$mod+4', 'view:comments'],
  ['$mod+Comma', 'view:settings'],
  ['$mod+Shift+l', 'accounts:lock'],
  ['F1', 'view:shortcuts'],
  ['$mod+Slash', 'view:shortcuts'],
] as const;
