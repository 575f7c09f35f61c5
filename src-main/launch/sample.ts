import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { AutodocWithDocument } from '../contract/domain.ts';
import { outDirectory } from './build-targets.ts';
import { projectRoot, say } from './project.ts';

/*
 * The main job on a machine without any window: a document, its save and its draft, through the
 * command line and the bundled model, in a store that is gone afterwards.
 */

const sampleName = 'How do I mow my lawn?';
const sampleBody =
  'How do I mow my lawn? I wait for a dry day, walk over the grass once and pick up the stones. Then I';

/** What fits on every terminal. */
const columns = 76;

const examples = [
  'npm run --silent autodoc -- generate --prompt "How do I mow my lawn?"',
  'npm run --silent autodoc -- documents new --name "Lawn" --body-file lawn.md',
  'npm run --silent autodoc -- --help',
];

/** Creates a sample document, drafts it and prints the draft. Answers the exit status. */
export async function draftSample(): Promise<number> {
  const store = await mkdtemp(path.join(os.tmpdir(), 'autodoc-sample-'));
  try {
    const bodyFile = path.join(store, 'sample.md');
    await writeFile(bodyFile, sampleBody);
    const at = ['--store', store, '--json'];
    const created = await autodoc(
      ...['documents', 'new', '--name', sampleName, '--body-file', bodyFile, ...at],
    );
    if (created.status !== 0) return created.status;
    const listed = await autodoc('autodocs', 'list', ...at);
    if (listed.status !== 0) return listed.status;
    const [draft] = JSON.parse(listed.output) as AutodocWithDocument[];
    if (draft?.autodoc_state !== 'done') {
      say(draft?.failure ?? 'The sample was not drafted.');
      return 1;
    }
    process.stdout.write(presentation(draft));
    return 0;
  } finally {
    await rm(store, { recursive: true, force: true });
  }
}

/** The document, the draft set apart from it, and how to go on. */
function presentation(draft: AutodocWithDocument): string {
  const facts = [
    `model ${draft.model_name}`,
    `${draft.tokens ?? 0} tokens`,
    `${((draft.duration_ms ?? 0) / 1000).toFixed(1)} s`,
    draft.device,
    draft.variant,
  ].filter((fact) => fact !== null);
  const bar = (text: string) => wrapped(text).map((line) => `  │ ${line}`);
  return [
    '',
    'The document',
    ...bar(sampleBody),
    '',
    `The draft (${facts.join(', ')})`,
    ...bar(draft.autodoc_body.trim()),
    '',
    'The bundled model is small and writes without much sense; import GPT-2 for real drafts.',
    'The command line does everything that the window does:',
    ...examples.map((example) => `  ${example}`),
    '',
  ].join('\n');
}

/** The text's lines, long ones broken between words. */
function wrapped(text: string): readonly string[] {
  const breakable = new RegExp(`(?=\\S).{1,${columns}}(?=\\s|$)`, 'g');
  return text.split('\n').flatMap((line) => line.match(breakable) ?? [line]);
}

/** Runs the built command line. Its progress and complaints go straight to the terminal. */
async function autodoc(...args: string[]): Promise<{ status: number; output: string }> {
  const cli = path.join(projectRoot, outDirectory, 'main/cli.js');
  const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      resolve({ status: status ?? 1, output });
    });
  });
}
