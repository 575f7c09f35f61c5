import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { askSecret } from '../../../src-main/cli/secret.ts';
import { AppError } from '../../../src-main/contract/errors.ts';

function terminal({ isTTY = true } = {}) {
  const keyboard = new PassThrough();
  const setRawMode = vi.fn();
  const stdin = Object.assign(keyboard, { isTTY, setRawMode });
  const stderr = Object.assign(new PassThrough(), { isTTY });
  const stop = new AbortController();
  return {
    setRawMode,
    stop,
    press: (keys: string | Uint8Array) => keyboard.write(keys),
    end: () => keyboard.end(),
    ask: () => askSecret({ stdin, stderr }, 'Password: ', stop.signal),
    shown: () => (stderr.read() as Buffer | null)?.toString() ?? '',
  };
}

describe('a secret at the terminal', () => {
  it('is typed without being shown, and the terminal is as it was', async () => {
    const { ask, press, shown, setRawMode } = terminal();
    const answer = ask();
    for (const key of 'geheim') press(key);
    press('\r');
    expect(await answer).toBe('geheim');
    expect(shown()).toBe('Password: \n');
    expect(setRawMode.mock.calls).toEqual([[true], [false]]);
  });

  it.each([
    ['Backspace', 'lawnx\u007f\r', 'lawn'],
    ['Ctrl+H', 'lawnx\b\r', 'lawn'],
    ['Backspace after what people see as one character', 'a👩‍🌾\u007fb\r', 'ab'],
    ['Backspace where there is nothing', '\u007f\u007fa\r', 'a'],
    ['Ctrl+U', 'lawn\u0015moss\r', 'moss'],
    ['arrows and other keys without a letter', 'la\u001b[D\u001b[1;5Cw\u001bOPn\r', 'lawn'],
    ['a tab and other control characters', 'la\twn\u0001\r', 'lawn'],
    ['spaces', ' lawn  \r', ' lawn  '],
    ['Ctrl+D', 'lawn\u0004', 'lawn'],
    ['a line feed', 'lawn\n', 'lawn'],
  ])('knows %s', async (_, keys, secret) => {
    const { ask, press } = terminal();
    const answer = ask();
    press(keys);
    expect(await answer).toBe(secret);
  });

  it('takes characters that arrive in pieces', async () => {
    const { ask, press } = terminal();
    const answer = ask();
    const bytes = Buffer.from('Grün🌿\r');
    for (const byte of bytes) {
      press(Uint8Array.of(byte));
      await setImmediate();
    }
    expect(await answer).toBe('Grün🌿');
  });

  it('leaves the next line to the next question', async () => {
    const { ask, press } = terminal();
    press('one\rtwo\rthree');
    expect(await ask()).toBe('one');
    expect(await ask()).toBe('two');
    const third = ask();
    press('!\r');
    expect(await third).toBe('three!');
  });

  it('is given up by Ctrl+C', async () => {
    const { ask, press, shown, setRawMode } = terminal();
    const answer = ask();
    press('law\u0003');
    await expect(answer).rejects.toMatchObject({ code: 'cancelled' });
    expect(shown()).toBe('Password: \n');
    expect(setRawMode).toHaveBeenLastCalledWith(false);
  });

  it('is given up when the process is told to stop', async () => {
    const { ask, stop, setRawMode } = terminal();
    const answer = ask();
    stop.abort(new AppError('cancelled', 'Stopped.'));
    await expect(answer).rejects.toThrow('Stopped.');
    expect(setRawMode).toHaveBeenLastCalledWith(false);
  });

  it('ends with what was typed when the terminal goes away', async () => {
    const { ask, press, end } = terminal();
    const answer = ask();
    press('law');
    end();
    expect(await answer).toBe('law');
  });

  it('needs a terminal', async () => {
    const { ask, shown } = terminal({ isTTY: false });
    await expect(ask()).rejects.toThrow('--password-fd 3 3<password.txt');
    expect(shown()).toBe('');
  });
});
