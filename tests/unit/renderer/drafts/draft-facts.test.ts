import { describe, expect, it } from 'vitest';
import { draftFacts } from '../../../../src-renderer/features/drafts/draft-facts.ts';
import { aDraft } from './a-draft.ts';

const byLabel = (draft: Parameters<typeof draftFacts>[0]) =>
  Object.fromEntries(draftFacts(draft).map(({ label, value }) => [label, value]));

describe('draftFacts', () => {
  it('tells how a finished draft came about', () => {
    const facts = byLabel(
      aDraft({
        model_sha256: '0123456789abcdef0123',
        parameters: { strategy: 'beam', num_beams: 5, max_new_tokens: null, seed: 3 },
        device: 'cpu',
        tokens: 80,
        duration_ms: 4_000,
        score: -1.23456,
      }),
    );
    expect(facts).toMatchObject({
      Model: 'starter',
      'Model hash': '0123456789ab',
      Strategy: 'Beam search',
      num_beams: '5',
      Seed: '7',
      'Ran on': 'CPU',
      Variant: 'int8',
      'Time taken': '4.0 s',
      Tokens: '80 (20 a second, loading included)',
      'Beam score': '-1.235',
    });
    expect(facts).not.toHaveProperty('max_new_tokens');
    expect(facts).not.toHaveProperty('seed');
  });

  it('leaves out what is not known yet', () => {
    const facts = byLabel(
      aDraft({
        autodoc_state: 'queued',
        model_sha256: null,
        device: null,
        variant: null,
        tokens: null,
        duration_ms: null,
        score: null,
      }),
    );
    expect(Object.keys(facts)).toEqual(['Model', 'Strategy', 'Seed', 'Created']);
  });

  it('quotes words and texts, and leaves empty lists out', () => {
    const facts = byLabel(
      aDraft({
        parameters: {
          strategy: 'beam',
          bad_words: ['damn', 'in conclusion'],
          stop_strings: ['\n\n'],
          sequence_bias: [{ text: ' lawn', bias: 1.5 }],
          rerank: true,
        },
      }),
    );
    expect(facts).toMatchObject({
      bad_words: '“damn”, “in conclusion”',
      stop_strings: String.raw`“\n\n”`,
      sequence_bias: '“ lawn” 1.5',
      rerank: 'true',
    });
    const none = byLabel(aDraft({ parameters: { strategy: 'beam', bad_words: [] } }));
    expect(none).not.toHaveProperty('bad_words');
  });

  it('names the score of a sampled draft for what it is', () => {
    expect(byLabel(aDraft({ parameters: { strategy: 'sample' }, score: -2 }))).toHaveProperty(
      'Mean log-probability',
      '-2.000',
    );
  });
});
