import { describe, expect, it, vi } from 'vitest';
import { AppError } from '../../../src-main/contract/errors.ts';
import { answer } from '../../../src-main/ipc/answer.ts';
import type { Handlers } from '../../../src-main/ipc/handlers.ts';
import type { Sent } from '../../../src-main/ipc/sender.ts';
import { silentLogger } from '../../../src-main/logging/logger.ts';

const trusted: Sent = {
  sender: { id: 1 },
  senderFrame: { url: 'app://autodoc/index.html', parent: null },
};
const foreign: Sent = { ...trusted, senderFrame: { url: 'https://evil.example/', parent: null } };
const documentId = '01890000-0000-7000-8000-000000000000';

function door(handlers: Partial<Handlers>) {
  const logger = { ...silentLogger, info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const options = {
    handlers: handlers as Handlers,
    page: { origin: 'app://autodoc', isOwnWindow: (id: number) => id === 1 },
    logger,
  };
  const logged = () => JSON.stringify([logger.info, logger.warn, logger.error].map((f) => f.mock));
  return { options, logger, logged };
}

describe('a request', () => {
  it('reaches its handler with what its schema made of it', async () => {
    const rename = vi.fn(() => ({ id: documentId }) as never);
    const { options } = door({ 'documents:rename': rename });
    const result = await answer(
      'documents:rename',
      trusted,
      { document_id: documentId, document_name: '  Lawn  ' },
      options,
    );
    expect(result).toEqual({ ok: true, value: { id: documentId } });
    expect(rename).toHaveBeenCalledExactlyOnceWith({
      document_id: documentId,
      document_name: 'Lawn',
    });
  });

  it('of a stranger reaches nothing', async () => {
    const status = vi.fn();
    const { options, logger } = door({ 'library:status': status });
    const result = await answer('library:status', foreign, undefined, options);
    expect(result).toMatchObject({ ok: false, error: { code: 'untrusted_sender' } });
    expect(status).not.toHaveBeenCalled();
    expect(logger.warn).toHaveBeenCalledOnce();
  });

  it.each([
    ['documents:open', undefined],
    ['documents:open', { document_id: 'x' }],
    ['documents:open', { document_id: documentId, extra: 1 }],
    ['documents:open', [documentId]],
    ['library:status', {}],
    ['library:status', null],
    ['settings:set', { theme: 'pink' }],
    ['settings:set', { parameters: { strategy: 'beam', temperature: 0 } }],
  ] as const)('that does not fit its schema is refused: %s %j', async (name, input) => {
    const handler = vi.fn();
    const { options } = door({ [name]: handler });
    const result = await answer(name, trusted, input, options);
    expect(result).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
    expect(handler).not.toHaveBeenCalled();
  });

  it('is told which value does not fit and what would', async () => {
    const { options } = door({});
    const result = await answer(
      'settings:check',
      trusted,
      { parameters: { strategy: 'sample', temperature: -1 } },
      options,
    );
    expect(result).toMatchObject({
      ok: false,
      error: {
        message: 'Not accepted: parameters.temperature must be from above 0 to 100.',
        details: { channel: 'settings:check', path: 'parameters.temperature' },
      },
    });
  });

  it('never hears its own text again, nor does the log', async () => {
    const { options, logged } = door({});
    const secret = 'my secret diary';
    for (const input of [secret, [secret], { document_id: secret }]) {
      const result = await answer('documents:open', trusted, input, options);
      expect(result).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
      expect(JSON.stringify(result)).not.toContain(secret);
      expect(logged()).not.toContain(secret);
    }
  });

  it('that is too large is refused before anyone looks at it', async () => {
    const { options } = door({});
    const input = { document_id: documentId, base_version_ids: new Array(5_000).fill(documentId) };
    const result = await answer('documents:autosave', trusted, input, options);
    expect(messageOf(result)).toContain('too large');
  });
});

describe('what a handler throws', () => {
  it('crosses over with code, message and details', async () => {
    const { options, logger } = door({
      'library:status': () => {
        throw new AppError('store_newer', 'Made by a newer Autodoc.', { details: { format: 9 } });
      },
    });
    expect(await answer('library:status', trusted, undefined, options)).toEqual({
      ok: false,
      error: { code: 'store_newer', message: 'Made by a newer Autodoc.', details: { format: 9 } },
    });
    expect(logger.error).not.toHaveBeenCalled();
  });

  it('is a bug when it is not an AppError: logged without its text, told as internal', async () => {
    const { options, logger, logged } = door({
      'library:status': () => Promise.reject(new TypeError('about my secret diary')),
    });
    const result = await answer('library:status', trusted, undefined, options);
    expect(result).toMatchObject({ ok: false, error: { code: 'internal' } });
    expect(messageOf(result)).not.toContain('diary');
    expect(logged()).not.toContain('diary');
    expect(logger.error).toHaveBeenCalledExactlyOnceWith(
      'request failed',
      expect.objectContaining({
        channel: 'library:status',
        stack: expect.stringMatching(/^TypeError\n\s+at /) as string,
      }),
    );
  });
});

function messageOf(result: Awaited<ReturnType<typeof answer>>): string {
  return result.ok ? '' : result.error.message;
}
