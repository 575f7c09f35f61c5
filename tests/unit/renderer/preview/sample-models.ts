import { fakeId, starterCard, type FakeBridge } from '../../../fixtures/fake-bridge.ts';

/** A larger model, downloads in every state, and devices of every kind. */
export function fillModels(bridge: FakeBridge): void {
  bridge.addModel({
    name: 'gpt2',
    bundled: false,
    source: 'openai-community/gpt2',
    parameters: 124_439_808,
    size_bytes: 1_214_000_000,
    n_layer: 12,
    n_head: 12,
    n_embd: 768,
    n_positions: 1_024,
    vocab_size: 50_257,
    measurement: null,
    variants: starterCard.variants.map((price) => ({
      ...price,
      size_bytes: price.size_bytes * 23,
      perplexity: price.perplexity * 0.42,
      tokens_per_second: null,
    })),
  });
  const download = {
    repository: 'openai-community/gpt2-medium',
    revision: 'main',
    received_bytes: 431_000_000,
    total_bytes: 1_520_000_000,
    bytes_per_second: null,
  };
  bridge.downloads.put({
    ...download,
    id: fakeId(1),
    name: 'gpt2-medium',
    state: 'running',
    message: 'Fetching model.safetensors',
    bytes_per_second: 12_400_000,
  });
  bridge.downloads.put({
    ...download,
    id: fakeId(2),
    repository: 'openai-community/gpt2-large',
    name: 'gpt2-large',
    state: 'waiting',
    message: 'huggingface.co asks to wait (429). Trying again in 40 s.',
    total_bytes: null,
  });
  bridge.downloads.put({
    ...download,
    id: fakeId(3),
    repository: 'ada/my-very-own-fine-tuned-model-of-many-letters',
    revision: 'v2.1',
    name: 'fine-tuned',
    state: 'paused',
    message: 'Paused. What was fetched is kept, also over a restart.',
  });
  bridge.downloads.put({
    ...download,
    id: fakeId(4),
    repository: 'openai-community/gpt2-xl',
    name: 'gpt2-xl',
    state: 'failed',
    message:
      'The disk has 3.1 GB left and the model needs 19 GB. What was fetched is kept. Make room and try again.',
  });
  const [cpu, webgpu, cuda] = bridge.devices.list();
  bridge.devices.found = [
    cpu!,
    { ...webgpu!, state: 'available', reason: 'NVIDIA GeForce RTX 4070', speed_against_cpu: 6.4 },
    cuda!,
  ];
}
