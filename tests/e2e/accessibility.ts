import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/**
 * Asks axe about the page as it stands. `setLegacyMode` keeps axe to this page: its other way
 * opens a blank page for its report, and the application opens none.
 */
export async function expectAccessible(window: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page: window }).setLegacyMode().analyze();
  const found = violations.map(({ id, help, nodes }) => ({
    id,
    help,
    where: nodes.map(({ target }) => target.join(' ')),
  }));
  expect(found, 'axe').toEqual([]);
}
