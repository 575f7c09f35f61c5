import axe from 'axe-core';
import { expect } from 'vitest';

/**
 * Asks axe about what is on the screen. jsdom paints nothing, so colours are asked about in the
 * end-to-end tests; and a component alone has no landmarks around it.
 */
export async function expectAccessible(element: Element = document.body): Promise<void> {
  const { violations } = await axe.run(element, {
    rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
  });
  const found = violations.map(({ id, help, nodes }) => ({
    id,
    help,
    where: nodes.map(({ html }) => html),
  }));
  expect(found, 'axe').toEqual([]);
}
