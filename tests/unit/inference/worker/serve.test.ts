import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../src-main/contract/errors.ts';
import type { Engine } from '../../../../src-main/inference/worker/engine.ts';
import { serveEngine } from '../../../../src-main/inference/worker/serve.ts';

/** An engine whose drafts last until they are cancelled. */
function untilCancelled(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('interrupted')));
  });
}

const unused = () => Promise.reject(new Error('not part of this test'));
const engine: Engine = {
  generate: (_, { signal, report }) => {
    report({
      ...{
        text: 'a',
        tokens: 1,
        maxNewTokens: 9,
        tokensPerSecond: 1,
        device: 'cpu',
        variant: 'fp32',
      },
    });
    return untilCancelled(signal);
  },
  detokenize: ({ tokenIds }) => Promise.resolve(tokenIds.join(' ')),
  tokenTexts: unused,
  tokenize: () =>
    Promise.reject(new AppError('model_invalid', 'damaged', { details: { file: 'a' } })),
  score: () => Promise.reject(new TypeError('a bug with a path: /home/anna')),
  prepareModel: unused,
  measureModel: unused,
  probe: unused,
};

function serve() {
  const sent: unknown[] = [];
  let deliver: (message: unknown) => void = () => undefined;
  let ends = 0;
  serveEngine(
    engine,
    { send: (message) => sent.push(message), onMessage: (listener) => (deliver = listener) },
    () => (ends += 1),
  );
  return {
    sent,
    send: async (message: unknown) => {
      deliver(message);
      await new Promise((resolve) => setImmediate(resolve));
    },
    ends: () => ends,
  };
}

const draft = {
  directory: '/models/small',
  device: 'cpu',
  variant: 'fp32',
  promptTokenIds: [1],
  parameters: { strategy: 'greedy' },
};
const request = (id: number, operation: string, input: unknown) => ({
  ...{ type: 'request', id, operation, input },
});

describe("the engine's side of the line", () => {
  it('answers, and carries errors with their code and details', async () => {
    const { sent, send } = serve();
    await send(request(1, 'detokenize', { directory: '/m', tokenIds: [1, 2] }));
    await send(request(2, 'tokenize', { directory: '/m', text: '' }));
    expect(sent).toEqual([
      { type: 'result', id: 1, value: '1 2' },
      {
        ...{ type: 'error', id: 2, stack: null },
        error: { code: 'model_invalid', message: 'damaged', details: { file: 'a' } },
      },
    ]);
  });

  it('tells a bug as one: its words are for the log alone', async () => {
    const { sent, send } = serve();
    await send(request(1, 'score', { ...draft, promptTokenIds: undefined, parameters: undefined }));
    await send(
      request(2, 'score', {
        directory: '/m',
        device: 'cpu',
        variant: 'fp32',
        tokenIds: [1],
        alternatives: 0,
      }),
    );
    expect(sent[0]).toMatchObject({ type: 'error', error: { code: 'invalid_input' }, stack: null });
    expect(sent[1]).toMatchObject({
      error: { code: 'internal', message: expect.not.stringContaining('anna') as string },
      stack: expect.stringContaining('a bug with a path') as string,
    });
  });

  it.each([
    ['a missing field', { ...draft, promptTokenIds: undefined }],
    ['a field too many', { ...draft, secret: 1 }],
    ['a token that is no number', { ...draft, promptTokenIds: ['1'] }],
    ['a parameter out of range', { ...draft, parameters: { strategy: 'beam', num_beams: 0 } }],
  ])('refuses %s', async (_, input) => {
    const { sent, send } = serve();
    await send(request(1, 'generate', input));
    expect(sent).toMatchObject([{ type: 'error', id: 1, error: { code: 'invalid_input' } }]);
  });

  it('cancels the one that is meant, and takes a cancel that comes too late', async () => {
    const { sent, send } = serve();
    await send(request(1, 'generate', draft));
    await send(request(2, 'generate', draft));
    await send({ type: 'cancel', id: 2 });
    await send({ type: 'cancel', id: 2 });
    const errors = sent.filter((message) => (message as { type: string }).type === 'error');
    expect(errors).toMatchObject([{ id: 2, error: { code: 'cancelled' } }]);
  });

  it('ends when everything under way has been cancelled', async () => {
    const { sent, send, ends } = serve();
    await send(request(1, 'generate', draft));
    await send({ type: 'end' });
    expect(sent.at(-1)).toMatchObject({ type: 'error', id: 1, error: { code: 'cancelled' } });
    expect(ends()).toBe(1);
  });
});
