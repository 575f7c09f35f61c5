import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { commands } from '../../../src-main/cli/commands.ts';
import { runCli } from '../../../src-main/cli/run-cli.ts';

/** Runs a line that must not reach the application. */
async function run(...args: string[]) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const code = await runCli(args, {
    terminal: { stdin: Object.assign(Readable.from([]), { isTTY: true }), stdout, stderr },
    columns: 80,
    version: '1.2.3',
    signal: new AbortController().signal,
    compose: () => {
      throw new Error('the application was put together');
    },
  });
  const textOf = (stream: PassThrough) => (stream.read() as Buffer | null)?.toString() ?? '';
  return { code, stdout: textOf(stdout), stderr: textOf(stderr) };
}

describe('help', () => {
  it.each([['--help'], ['-h'], ['help']])('of all commands: %s', async (word) => {
    const { code, stdout, stderr } = await run(word);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const { name } of commands) expect(stdout).toContain(name);
  });

  it('of a group', async () => {
    const { code, stdout } = await run('documents', '--help');
    expect(code).toBe(0);
    expect(stdout).toContain('documents save');
    expect(stdout).not.toContain('models import');
  });

  it.each(commands.map(({ name }) => name))(
    'of "%s" names its options, none too wide',
    async (name) => {
      const { code, stdout, stderr } = await run(...name.split(' '), '--help');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const command = commands.find((candidate) => candidate.name === name)!;
      for (const option of Object.keys(command.options)) expect(stdout).toContain(`--${option}`);
      for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(112);
    },
  );

  it('is not needed to know the version', async () => {
    expect(await run('--version')).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' });
  });
});

describe('wrong usage', () => {
  it.each([
    [[], /A command is missing/],
    [['genrate'], /There is no command "genrate". Did you mean "generate"\?/],
    [['documents'], /"documents" needs one more word: documents new/],
    [['documents', 'sav'], /There is no command "documents sav". Did you mean "documents save"\?/],
    [['generate'], /needs --prompt TEXT/],
    [['generate', '--prompt', 'a', '--prompt-file', 'b'], /cannot both be given/],
    [['generate', '--prompt', 'a', '--num-beams', '0'], /--num-beams must be from 1 to 64/],
    [['generate', '--prompt', 'caf\uFFFD'], /not valid UTF-8/],
    [['documents', 'save', 'x'], /needs --body-file FILE/],
    [['documents', 'new', '--body-file', 'x'], /needs --name NAME/],
    [['documents', 'list', '--password-fd', '3'], /--password-fd needs --as EMAIL/],
    [
      ['users', 'add-device', '--email', 'ada@example.org', '--as', 'ada@example.org'],
      /"users add-device" is for who cannot sign in here yet: leave out --as/,
    ],
    [
      ['documents', 'new', '--name', 'x', '--brief', 'Short.', '--no-draft'],
      /What is commissioned is drafted: leave out --no-draft/,
    ],
    [['documents', 'list', '--descending'], /--descending needs --sort COLUMN/],
    [['users', 'set-type', 'ada@example.org', 'queen'], /There is no type "queen"/],
  ])('%j', async (args, message) => {
    const plain = await run(...args);
    expect({ code: plain.code, stdout: plain.stdout }).toEqual({ code: 2, stdout: '' });
    expect(plain.stderr).toMatch(/^autodoc: .*\n$/);
    expect(plain.stderr).toMatch(message);

    if (args.length === 0) return;
    const json = await run(...args, '--json');
    expect({ code: json.code, stdout: json.stdout }).toEqual({ code: 2, stdout: '' });
    expect(JSON.parse(json.stderr)).toEqual({
      error: { code: 'invalid_input', message: expect.stringMatching(message) as string },
    });
  });
});

it('says of a bug only that there is one', async () => {
  const { code, stderr } = await run('models', 'list', '--json');
  expect(code).toBe(1);
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'internal' } });
  expect(stderr).not.toContain('put together');
});
