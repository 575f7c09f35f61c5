import type { DownloadRequest } from './downloads-store.svelte.ts';

/** A well-known model: what its publisher's page says of it. */
interface KnownModel {
  readonly repository: DownloadRequest['repository'];
  readonly name: string;
  readonly parameters: number;
  /** Of `model.safetensors`: what is fetched, but for some small files. */
  readonly downloadBytes: number;
}

/** GPT-2 as it was published, smallest first. The second one is what the original drafted with. */
export const knownModels: readonly KnownModel[] = [
  {
    repository: 'distilbert/distilgpt2',
    name: 'distilgpt2',
    parameters: 81_912_576,
    downloadBytes: 352_824_413,
  },
  {
    repository: 'openai-community/gpt2',
    name: 'gpt2',
    parameters: 124_439_808,
    downloadBytes: 548_105_171,
  },
  {
    repository: 'openai-community/gpt2-medium',
    name: 'gpt2-medium',
    parameters: 354_823_168,
    downloadBytes: 1_519_984_962,
  },
  {
    repository: 'openai-community/gpt2-large',
    name: 'gpt2-large',
    parameters: 774_030_080,
    downloadBytes: 3_247_159_078,
  },
  {
    repository: 'openai-community/gpt2-xl',
    name: 'gpt2-xl',
    parameters: 1_557_611_200,
    downloadBytes: 6_431_829_964,
  },
];
