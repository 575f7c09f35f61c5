import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createOutput, createProgress } from '../../../src-main/cli/terminal.ts';

function screen(isTTY: boolean) {
  const stream = Object.assign(new PassThrough(), { isTTY });
  const text = () => (stream.read() as Buffer | null)?.toString() ?? '';
  return { progress: createProgress(stream, 20), text };
}

describe('progress', () => {
  it('is one line kept up to date on a terminal', () => {
    const { progress, text } = screen(true);
    progress.update('one');
    progress.update('two');
    progress.note('done');
    expect(text()).toBe('\r\u001b[Kone\r\u001b[Ktwo\r\u001b[Kdone\n');
  });

  it('shows the end of a line that is too long, and no line’s end within it', () => {
    const { progress, text } = screen(true);
    progress.update('The lawn\nis green and grows');
    expect(text()).toBe('\r\u001b[K…is green and grows');
  });

  it('is only what is worth a line elsewhere', () => {
    const { progress, text } = screen(false);
    progress.update('one');
    progress.note('done');
    progress.clear();
    expect(text()).toBe('done\n');
  });
});

describe('output', () => {
  it('lets a reader go away', async () => {
    const gone = new Writable({
      write: (_chunk, _encoding, callback) =>
        callback(Object.assign(new Error('EPIPE'), { code: 'EPIPE' })),
    });
    const output = createOutput(gone);
    output.write('one');
    await new Promise((resolve) => setImmediate(resolve));
    output.write('two');
    await output.flush();
    expect(gone.destroyed).toBe(true);
  });
});
