/** Whether something floats above the screen that has first use of Escape: a dialog, a menu, a list. */
export function hasOpenLayer(): boolean {
  const layers = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]';
  return document.querySelector(layers) !== null;
}
