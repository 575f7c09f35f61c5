import { existsSync } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { arch, cpus, loadavg, platform, totalmem } from 'node:os';
import path from 'node:path';
import type { ListRow } from './lists/rows.ts';
import type { Row } from './rows.ts';
import type { TeamRow } from './team/rows.ts';

const directory = path.join(import.meta.dirname, 'results');
const notableFeatures = ['avx2', 'avx512f', 'avx512_vnni', 'avx_vnni', 'amx_int8'];

/** Adds a dated file to `results/`, and a line about it to the README there. */
export async function saveResults(
  rows: readonly (Row | ListRow | TeamRow)[],
  { command, threads, loadBefore }: { command: string; threads: number; loadBefore: number },
): Promise<string> {
  const date = new Date().toISOString().slice(0, 10);
  const name = unusedName(date);
  const machine = await describeMachine();
  const record = { date, command, machine, threads, load_average_before: loadBefore, rows };
  await writeFile(path.join(directory, name), `${JSON.stringify(record, null, 2)}\n`);
  const index = path.join(directory, 'README.md');
  const isFirst = !(await readFile(index, 'utf8')).includes('\n- ');
  const line = `- [${name}](${name}): ${machine}, ${threads} threads, load ${loadBefore}, \`${command}\`\n`;
  await appendFile(index, isFirst ? `\n${line}` : line);
  return path.join(directory, name);
}

/** How busy the machine is with others, as Linux counts it: 0 is best. */
export const loadNow = () => Number((loadavg()[0] ?? 0).toFixed(2));

function unusedName(date: string): string {
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? `${date}.json` : `${date}-${count}.json`;
    if (!existsSync(path.join(directory, name))) return name;
  }
}

async function describeMachine(): Promise<string> {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'unknown processor';
  const flags: readonly string[] = await readFile('/proc/cpuinfo', 'utf8').then(
    (text) => /^flags\s*: (.*)$/m.exec(text)?.[1]?.split(' ') ?? [],
    () => [],
  );
  const features = notableFeatures.filter((feature) => flags.includes(feature));
  const gib = Math.round(totalmem() / 2 ** 30);
  return [
    `${processors.length} × ${model}`,
    ...(features.length > 0 ? [features.join(' ')] : []),
    `${gib} GiB`,
    `${platform()} ${arch()}`,
    `Node ${process.versions.node}`,
  ].join(', ');
}
