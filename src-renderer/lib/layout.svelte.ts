/** The views that share the panel on the right. */
const sidePanels = ['drafts', 'versions', 'comments', 'brief'] as const;
export type SidePanel = (typeof sidePanels)[number];

interface LayoutValues {
  readonly isLibraryOpen: boolean;
  readonly libraryWidth: number;
  readonly isSideOpen: boolean;
  readonly sideWidth: number;
  readonly sidePanel: SidePanel;
}

export const libraryWidths = { min: 200, max: 420 };
export const sideWidths = { min: 280, max: 560 };

/** Below this a window has room for the text and one panel beside it. */
const narrowWidth = 1_020;

const storageKey = 'autodoc.layout';
const initial: LayoutValues = {
  isLibraryOpen: true,
  libraryWidth: 264,
  isSideOpen: true,
  sideWidth: 348,
  sidePanel: 'drafts',
};

/** Which panels are open and how wide: remembered by this window, on this machine. */
export class Layout {
  #values = $state.raw<LayoutValues>(initial);
  #windowWidth = $state(0);
  /** In a narrow window the panel that was opened last has the one place. */
  #isLibraryFirst = $state(false);

  constructor(windowWidth: number) {
    this.#windowWidth = windowWidth;
    this.#values = remembered();
  }

  get isLibraryOpen(): boolean {
    return this.#values.isLibraryOpen && !(this.#isCrowded && !this.#isLibraryFirst);
  }

  get isSideOpen(): boolean {
    return this.#values.isSideOpen && !(this.#isCrowded && this.#isLibraryFirst);
  }

  get libraryWidth(): number {
    return this.#values.libraryWidth;
  }

  get sideWidth(): number {
    return this.#values.sideWidth;
  }

  get sidePanel(): SidePanel {
    return this.#values.sidePanel;
  }

  setWindowWidth(width: number): void {
    this.#windowWidth = width;
  }

  setLibraryWidth(width: number): void {
    this.#change({ libraryWidth: within(libraryWidths, width) });
  }

  setSideWidth(width: number): void {
    this.#change({ sideWidth: within(sideWidths, width) });
  }

  showLibrary(isLibraryOpen: boolean): void {
    this.#isLibraryFirst = isLibraryOpen;
    this.#change({ isLibraryOpen });
  }

  showSide(isSideOpen: boolean, sidePanel: SidePanel = this.sidePanel): void {
    if (isSideOpen) this.#isLibraryFirst = false;
    this.#change({ isSideOpen, sidePanel });
  }

  get #isCrowded(): boolean {
    const { isLibraryOpen, isSideOpen } = this.#values;
    return isLibraryOpen && isSideOpen && this.#windowWidth < narrowWidth;
  }

  #change(change: Partial<LayoutValues>): void {
    this.#values = { ...this.#values, ...change };
    try {
      localStorage.setItem(storageKey, JSON.stringify(this.#values));
    } catch {
      // Without storage the layout lasts as long as the window.
    }
  }
}

function within(limits: { min: number; max: number }, width: number): number {
  return Math.round(Math.min(limits.max, Math.max(limits.min, width)));
}

/** What an earlier window left, as far as it still makes sense. */
function remembered(): LayoutValues {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '{}');
    if (typeof found !== 'object' || found === null) return initial;
    const values: Readonly<Record<string, unknown>> = { ...initial, ...found };
    return {
      isLibraryOpen: values.isLibraryOpen !== false,
      libraryWidth: within(libraryWidths, Number(values.libraryWidth) || initial.libraryWidth),
      isSideOpen: values.isSideOpen !== false,
      sideWidth: within(sideWidths, Number(values.sideWidth) || initial.sideWidth),
      sidePanel: sidePanels.find((panel) => panel === values.sidePanel) ?? initial.sidePanel,
    };
  } catch {
    return initial;
  }
}
