import { expect, it } from 'vitest';
import { checkModelName } from '../../../../src-main/inference/model-store/model-name.ts';

it.each(['gpt2', 'GPT-2 (medium)', 'Grimms Märchen', '模型', 'a.b', 'console', 'x'.repeat(100)])(
  'takes the name %j',
  (name) => {
    expect(() => checkModelName(name)).not.toThrow();
  },
);

it.each([
  ...['', '.', '..', '.hidden', '../up', 'a/b', 'a\\b', 'a:b', 'a*', 'tab\there', 'nul\0'],
  ...[' space', 'space ', 'dot.', 'CON', 'nul.txt', 'com1', 'x'.repeat(101), '\ud800'],
])('refuses the name %j', (name) => {
  expect(() => checkModelName(name)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
});
