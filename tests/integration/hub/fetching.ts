import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { preparedSize } from '../../../src-main/inference/checkpoint/prepared-size.ts';
import type { Clock } from '../../../src-main/hub/clock.ts';
import {
  newRecord,
  readRecord,
  writeRecord,
  type DownloadRecord,
} from '../../../src-main/hub/download-record.ts';
import { parseEndpoint } from '../../../src-main/hub/endpoint.ts';
import {
  fetchRepository,
  filesDirectory,
  type FetchProgress,
} from '../../../src-main/hub/fetch-repository.ts';
import type { Timeouts } from '../../../src-main/hub/http-get.ts';
import { createHubClient } from '../../../src-main/hub/hub-client.ts';
import { defaultRetryPolicy } from '../../../src-main/hub/retries.ts';
import {
  filesIn,
  startMisbehavingHub,
  type Files,
  type MisbehavingHub,
} from '../../fixtures/misbehaving-hub.ts';
import { modelDirectory } from '../../fixtures/reference.ts';

/* A download without the rest of the application: what is fetched, and what is asked for it. */

export const repository = 'ada/lawn';
export const pieceBytes = 4_096;

/** A hub with a reference checkpoint at its branch `main`, closed with the test. */
export async function hubWith(
  checkpoint = 'smallest',
): Promise<{ readonly hub: MisbehavingHub; readonly files: Files; readonly commit: string }> {
  const hub = await startMisbehavingHub();
  onTestFinished(() => hub.close());
  const files = filesIn(modelDirectory(checkpoint));
  return { hub, files, commit: hub.publish(repository, files) };
}

/** A clock whose pauses take no time, and are noted. */
export function quickClock(chance: () => number = () => 0.5): Clock & { waits: number[] } {
  const waits: number[] = [];
  return {
    waits,
    now: () => performance.now(),
    wait(ms, signal) {
      waits.push(ms);
      signal.throwIfAborted();
      return Promise.resolve();
    },
    random: chance,
  };
}

/** Long enough for a busy machine; a test of silence shortens them. */
const patientTimeouts: Timeouts = { answerMs: 20_000, stallMs: 20_000, leastBytes: 1 };

export interface FetchSetting {
  readonly token?: string | null;
  readonly timeouts?: Timeouts;
  readonly clock?: Clock;
  readonly freeBytes?: number;
  readonly signal?: AbortSignal;
  readonly revision?: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly endpoint?: string;
  readonly onProgress?: (progress: FetchProgress) => void;
}

export interface Fetched {
  readonly progress: readonly FetchProgress[];
  readonly record: DownloadRecord;
  readonly files: Files;
}

/** A session: goes on with the record in the folder where there is one. */
export async function fetchInto(
  directory: string,
  hub: MisbehavingHub,
  setting: FetchSetting = {},
): Promise<Fetched> {
  const { revision = 'main', token = null } = setting;
  const endpoint = parseEndpoint(setting.endpoint ?? hub.url);
  const record =
    (await readRecord(directory)) ??
    newRecord({
      ...{ id: 'id', endpoint: endpoint.url, repository, revision, name: 'lawn' },
      piece_bytes: pieceBytes,
    });
  const progress: FetchProgress[] = [];
  await fetchRepository({
    ...{ directory, record },
    client: createHubClient({
      ...{ endpoint, token, appVersion: '1.2.3' },
      environment: setting.environment ?? {},
      timeouts: setting.timeouts ?? patientTimeouts,
    }),
    save: () => writeRecord(directory, record),
    inspectConfig: async (folder) => ({ preparedBytes: await preparedSize(folder) }),
    freeBytes: () => Promise.resolve(setting.freeBytes ?? 1e12),
    clock: setting.clock ?? quickClock(),
    retryPolicy: defaultRetryPolicy,
    onProgress: (change) => {
      progress.push(change);
      setting.onProgress?.(change);
    },
    signal: setting.signal ?? new AbortController().signal,
  });
  return { progress, record, files: await filesOnDisk(directory) };
}

/** What lies in a download's folder of files. */
export async function filesOnDisk(directory: string): Promise<Files> {
  const folder = filesDirectory(directory);
  const names = (await readdir(folder)).sort();
  return new Map(
    await Promise.all(
      names.map(async (name) => [name, await readFile(path.join(folder, name))] as const),
    ),
  );
}

/** Equal to the byte, without megabytes in a failure's message. */
export function sameFiles(found: Files, expected: Files): boolean {
  return (
    found.size === expected.size &&
    [...expected].every(([name, content]) => found.get(name)?.equals(content) === true)
  );
}
