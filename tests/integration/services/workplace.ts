import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { AutodocWithDocument } from '../../../src-main/contract/domain.ts';
import {
  composeFakeApplication,
  type FakeApplication,
  type FakeApplicationOptions,
} from './fake-application.ts';

/** An application that ends with its test, on a library of its own unless it is given one. */
export function openWorkplace(options: Partial<FakeApplicationOptions> = {}): FakeApplication {
  const directory = options.directory ?? temporaryFolder();
  const application = composeFakeApplication({ ...options, directory });
  onTestFinished(() => application.close());
  return application;
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'autodoc-services-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Resolves with the autodoc once something is true of it. */
export async function autodocWhen(
  { library }: FakeApplication,
  autodocId: string,
  isSo: (autodoc: AutodocWithDocument) => boolean,
): Promise<AutodocWithDocument> {
  for (;;) {
    const autodoc = library.store().autodocs.get(autodocId)!;
    if (isSo(autodoc)) return autodoc;
    await pause();
  }
}

/** Resolves once something is true. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause();
}

function pause(): Promise<unknown> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
