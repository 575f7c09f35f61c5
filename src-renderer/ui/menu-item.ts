import type { Component } from 'svelte';

/** One line of a menu; `'separator'` draws a line between groups. */
export type MenuItem = MenuAction | 'separator';

export interface MenuAction {
  readonly label: string;
  readonly icon?: Component<{ size?: number }>;
  /** Shown at the right; pressing the keys is the application's business. */
  readonly shortcut?: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly onSelect: () => void;
}
