import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeHome, runCommand, runJson, startCommand, type Ended } from './run-command.ts';

const { home, remove } = makeHome();
afterAll(remove);

const starter = path.resolve('resources/models/starter');
const run = (...args: string[]): Promise<Ended> => runCommand(args, { home });
const pipe = (stdin: string | Uint8Array, ...args: string[]): Promise<Ended> =>
  runCommand(args, { home, stdin });

interface Generated {
  readonly model: { readonly name: string; readonly sha256: string };
  readonly device: string;
  readonly variant: string;
  readonly prompt_token_ids: readonly number[];
  readonly sequences: readonly {
    readonly token_ids: readonly number[];
    readonly text: string;
    readonly score: number;
  }[];
  readonly timings: Readonly<Record<string, number>>;
}
interface Ranked {
  readonly prompt_token_ids: readonly number[];
  readonly sequences: readonly {
    readonly token_ids: readonly number[];
    readonly ranking: { readonly mean_log_prob: number; readonly total: number };
  }[];
  readonly probabilities: readonly {
    readonly token_id: number;
    readonly log_prob: number;
    readonly alternatives: readonly unknown[];
  }[];
}

const generate = (...args: string[]): Promise<Generated> =>
  runJson<Generated>(['generate', ...args], { home });

describe('generate', () => {
  it('writes on from a prompt: the text on standard output, the rest on standard error', async () => {
    const { code, stdout, stderr } = await run('generate', '--prompt', 'How do I mow my lawn?');
    expect(code).toBe(0);
    expect(stdout).toMatch(/\S.*\n$/s);
    expect(stderr).toMatch(/^starter, \w+ on cpu, \d+ tokens\/s\n$/);
    expect(existsSync(path.join(home, 'Autodoc/libraries'))).toBe(false);
  });

  it('answers in JSON of exactly this shape', async () => {
    const result = await generate('--prompt', 'How do I mow my lawn?', '--max-length', '20');
    expect(result).toEqual({
      model: { name: 'starter', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      device: 'cpu',
      variant: expect.stringMatching(/^(fp32|int\d\w*)$/) as string,
      prompt_token_ids: expect.any(Array) as number[],
      sequences: [
        {
          token_ids: expect.any(Array) as number[],
          text: expect.any(String) as string,
          score: expect.any(Number) as number,
        },
      ],
      timings: {
        load_ms: expect.any(Number) as number,
        prefill_ms: expect.any(Number) as number,
        decode_ms: expect.any(Number) as number,
        tokens_per_second: expect.any(Number) as number,
      },
    });
    const [{ token_ids }] = result.sequences as [Generated['sequences'][number]];
    expect(token_ids).toHaveLength(20);
    expect(token_ids.slice(0, result.prompt_token_ids.length)).toEqual(result.prompt_token_ids);
  });

  it('has the original’s defaults: beam search to 100 tokens, no 4-gram twice', async () => {
    const prompt = ['--prompt', 'How do I mow my lawn?', '--variant', 'fp32'];
    const spelledOut = [
      ...['--strategy', 'beam', '--max-length', '100', '--num-beams', '5'],
      ...['--no-repeat-ngram-size', '4', '--early-stopping', 'true'],
    ];
    const { sequences } = await generate(...prompt);
    expect(sequences).toEqual((await generate(...prompt, ...spelledOut)).sequences);
    expect(sequences[0]!.token_ids.length).toBeLessThanOrEqual(100);
  });

  it('returns several sequences, best first', async () => {
    const { sequences } = await generate(
      ...['--prompt', 'One', '--num-return-sequences=3', '--max-new-tokens=8'],
      ...['--length-penalty', '-0.5'],
    );
    expect(sequences).toHaveLength(3);
    const scores = sequences.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((one, other) => other - one));
  });

  it('bans words, stops at strings, ranks, and says how likely each token was', async () => {
    const prompt = ['--prompt', 'How do I mow my lawn?', '--max-new-tokens', '30'];
    const sample = [...prompt, '--strategy=sample', '--seed=3', '--num-return-sequences=3'];
    const free = await generate(...sample);
    const [word = 'none'] = /\p{L}+/u.exec(free.sequences[0]!.text) ?? [];
    const banned = await generate(...sample, '--bad-words', word.toUpperCase(), '--bad-words=zzz');
    for (const { text } of banned.sequences) {
      expect(text).not.toMatch(new RegExp(`(?<!\\p{L})${word}(?!\\p{L})`, 'iu'));
    }

    const result = await runJson<Ranked>(
      ['generate', ...sample, '--rerank', '--stop-strings', word, '--probabilities', '4'],
      { home },
    );
    const totals = result.sequences.map(({ ranking }) => ranking.total);
    expect(totals).toEqual([...totals].sort((one, other) => other - one));
    const [best] = result.sequences;
    const { probabilities, prompt_token_ids } = result;
    expect(probabilities.map(({ token_id }) => token_id)).toEqual(
      best!.token_ids.slice(prompt_token_ids.length),
    );
    const mean =
      probabilities.reduce((sum, { log_prob }) => sum + log_prob, 0) / probabilities.length;
    expect(mean).toBeCloseTo(best!.ranking.mean_log_prob, 1);
    expect(probabilities.every(({ alternatives }) => alternatives.length === 4)).toBe(true);
  });

  it('samples the same text from the same seed', async () => {
    const sample = ['--prompt', 'One', '--strategy', 'sample', '--max-new-tokens', '10'];
    const [one, same, other] = [
      await generate(...sample, '--seed', '7'),
      await generate(...sample, '--seed', '7'),
      await generate(...sample, '--seed', '8'),
    ];
    expect(same.sequences).toEqual(one.sequences);
    expect(other.sequences).not.toEqual(one.sequences);
  });

  it('takes a folder that was never imported, prepared once, in fp32', async () => {
    const args = ['--model', starter, '--prompt', 'One', '--max-new-tokens', '3'];
    const [first, second] = [await generate(...args), await generate(...args)];
    expect(first).toMatchObject({ model: { name: 'starter' }, variant: 'fp32' });
    expect(second.sequences).toEqual(first.sequences);
    const models = await runJson<{ name: string }[]>(['models', 'list'], { home });
    expect(models.map(({ name }) => name)).toEqual(['starter']);
  });

  it('takes the prompt from a file or from standard input, to the byte', async () => {
    const text = '\uFEFFOne\r\n two\n';
    const file = path.join(home, 'prompt.txt');
    writeFileSync(file, text);
    const rest = ['--max-new-tokens', '2', '--json'];
    const fromFile = await run('generate', '--prompt-file', file, ...rest);
    const fromInput = await pipe(text, 'generate', ...rest);
    const idsOf = ({ stdout }: Ended) => (JSON.parse(stdout) as Generated).prompt_token_ids;
    const tokenized = await pipe(JSON.stringify(text), 'tokenize');
    expect(idsOf(fromFile)).toEqual(JSON.parse(tokenized.stdout));
    expect(idsOf(fromInput)).toEqual(idsOf(fromFile));
  });

  it('streams a sampled text as it is written', async () => {
    const args = ['generate', '--prompt', 'One', '--strategy=sample', '--seed=1'];
    const { stdout, stderr } = await run(...args, '--stream');
    expect(stdout).toBe((await run(...args)).stdout);
    expect(stderr).toMatch(/seed 1\n$/);
  });

  it('writes one text for a reader who has gone away, and ends', async () => {
    const { child, ended } = startCommand(
      ['generate', '--prompt', 'One', '--strategy=greedy', '--stream'],
      { home },
    );
    child.stdout.destroy();
    const { code } = await ended;
    expect(code).toBe(0);
  });
});

describe('a prompt that cannot be used', () => {
  async function refusal(stdin: string | Uint8Array, ...args: string[]) {
    const { code, stdout, stderr } = await pipe(stdin, ...args, '--json');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    return (JSON.parse(stderr) as { error: { code: string; message: string } }).error;
  }

  it('is empty', async () => {
    expect(await refusal('', 'generate')).toMatchObject({ code: 'prompt_empty' });
  });

  it('is not UTF-8', async () => {
    const error = await refusal(Uint8Array.from([0x4f, 0x6e, 0xff]), 'generate');
    expect(error.code).toBe('invalid_input');
    expect(error.message).toContain('offset 2');
  });

  it('does not fit the context', async () => {
    const error = await refusal('One two. '.repeat(300), 'generate');
    expect(error.code).toBe('prompt_too_long');
    expect(error.message).toMatch(/^The text is \d+ tokens long; "starter" reads 512 tokens/);
  });

  it('is ten megabytes: refused without counting all of them', async () => {
    const error = await refusal('One two. '.repeat(1_200_000), 'generate');
    expect(error.code).toBe('prompt_too_long');
    expect(error.message).toMatch(/more than \d{4,5} tokens/);
  });

  it('is in a file that is not there', async () => {
    const error = await refusal('', 'generate', '--prompt-file', '/nowhere/prompt.txt');
    expect(error).toMatchObject({ code: 'not_found' });
  });

  it('is for a model that is not there', async () => {
    const error = await refusal('', 'generate', '--prompt', 'One', '--model', 'gpt7');
    expect(error).toMatchObject({ code: 'model_not_found' });
  });

  it('is for a device that is not there', async () => {
    const error = await refusal('', 'generate', '--prompt', 'One', '--device', 'dml');
    expect(error).toMatchObject({ code: 'device_unavailable' });
  });
});

describe('tokenize and score', () => {
  const texts = ['How do I mow my lawn?', '', ' 😀 “ä”\n', 'One\0two'];
  const lines = texts.map((text) => `${JSON.stringify(text)}\n`).join('');

  it('go to ids and back, a line each', async () => {
    const ids = await pipe(lines, 'tokenize');
    expect(ids).toMatchObject({ code: 0, stderr: '' });
    expect(ids.stdout.trimEnd().split('\n')).toHaveLength(texts.length);
    const back = await pipe(ids.stdout, 'tokenize', '--decode');
    expect(
      back.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as string),
    ).toEqual(texts);
  });

  it('score names the likeliest tokens at each place', async () => {
    const { stdout } = await pipe('"How do I"\n', 'score', '--alternatives', '3');
    const scores = JSON.parse(stdout) as {
      log_probs: number[];
      alternatives: { token_id: number; text: string; log_prob: number }[][];
    };
    expect(scores.alternatives).toHaveLength(scores.log_probs.length);
    for (const place of scores.alternatives) {
      expect(place).toHaveLength(3);
      expect(place.every(({ text }) => text.length > 0)).toBe(true);
    }
  });

  it('score each token after the first', async () => {
    const { stdout } = await pipe('"How do I"\n', 'score', '--variant', 'fp32');
    const { token_ids, log_probs } = JSON.parse(stdout) as Record<string, number[]>;
    expect(log_probs).toHaveLength(token_ids!.length - 1);
    expect(log_probs!.every((logProb) => logProb < 0)).toBe(true);
  });

  it.each([
    ['tokenize', '"One"\nTwo\n', 'Line 2 is not a JSON string.', 1],
    ['tokenize --decode', '[1]\n[-1]\n', 'Line 2 is not a JSON array of token ids.', 1],
    ['tokenize --decode', '[1]\n\n', 'Line 2 is not a JSON array of token ids.', 1],
    ['score', `"One"\n"One"\n${JSON.stringify('One two. '.repeat(300))}\n`, 'Line 3: ', 2],
  ])('%s names the line that is wrong', async (command, stdin, message, answered) => {
    const { code, stdout, stderr } = await pipe(stdin, ...command.split(' '), '--json');
    expect(code).toBe(1);
    expect(stdout.trimEnd().split('\n')).toHaveLength(answered);
    const { error } = JSON.parse(stderr) as { error: { message: string } };
    expect(error.message).toContain(message);
  });
});
