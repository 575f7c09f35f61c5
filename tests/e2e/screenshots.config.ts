import { defineConfig } from '@playwright/test';

/** `npm run screenshots`: the pictures of the README, and every screen for a person to look at. */
export default defineConfig({
  testDir: '.',
  testMatch: 'screenshots.ts',
  timeout: 300_000,
  // A fresh library prepares its model before the first draft.
  expect: { timeout: 60_000 },
  workers: 1,
  reporter: [['list']],
  outputDir: '../../test-results',
});
