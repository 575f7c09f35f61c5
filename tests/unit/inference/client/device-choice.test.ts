import { describe, expect, it } from 'vitest';
import type { Device, Variant } from '../../../../src-main/contract/models.ts';
import { placeWork } from '../../../../src-main/inference/client/device-choice.ts';
import type { KeptDevice } from '../../../../src-main/inference/client/device-file.ts';
import { DeviceRegistry } from '../../../../src-main/inference/client/device-registry.ts';
import type { EngineChoice } from '../../../../src-main/inference/client/types.ts';
import { silentLogger } from '../../../../src-main/logging/logger.ts';
import { fakeCard } from '../../../integration/services/fake-engine.ts';

const perplexities: Readonly<Record<string, number>> = {
  fp32: 10,
  fp16: 10.05,
  int8: 10.02,
  int4: 11,
};

const choice: EngineChoice = {
  model: {
    directory: '/models/small',
    card: fakeCard('small', {
      default_variant: 'int8',
      variants: Object.entries(perplexities).map(([variant, perplexity]) => ({
        variant: variant as Variant,
        perplexity,
        size_bytes: 1,
        top1_agreement: 1,
        tokens_per_second: null,
      })),
    }),
  },
  device: 'auto',
  variant: 'auto',
};

const available = (speed: number, ...variants: Variant[]): KeptDevice => ({
  state: 'available',
  form: 'fused',
  speed,
  variants,
});

function registry(found: Partial<Record<Device, KeptDevice>>): {
  readonly registry: DeviceRegistry;
  readonly tried: readonly Device[];
} {
  const tried: Device[] = [];
  return {
    tried,
    registry: new DeviceRegistry({
      file: null,
      logger: silentLogger,
      system: 'linux-x64',
      tryDevice: (device) => {
        tried.push(device);
        return Promise.resolve(found[device] ?? { state: 'unavailable', reason: 'Not here.' });
      },
      onChange: () => undefined,
    }),
  };
}

async function place(
  found: Partial<Record<Device, KeptDevice>>,
  change: Partial<EngineChoice> = {},
) {
  const known = registry(found);
  await known.registry.probeAll();
  return placeWork({ ...choice, ...change }, known.registry);
}

describe('the choice of a device', () => {
  it('is the processor with the card’s variant where nothing was tried, and waits for no trial', async () => {
    const { registry: untried, tried } = registry({ webgpu: available(9, 'fp32') });
    expect(await placeWork(choice, untried)).toMatchObject({
      ...{ device: 'cpu', variant: 'int8', fallBack: null },
    });
    expect(tried).toEqual([]);
  });

  it('is the fastest that passed, where it is faster than the processor', async () => {
    const both = { webgpu: available(2, 'fp16', 'fp32'), cuda: available(3, 'fp32') };
    expect(await place(both)).toMatchObject({ device: 'cuda', variant: 'fp32' });
    expect(await place({ webgpu: both.webgpu })).toMatchObject({
      device: 'webgpu',
      variant: 'fp16',
    });
    expect(await place({ webgpu: available(0.9, 'fp32') })).toMatchObject({ device: 'cpu' });
    expect(await place({})).toMatchObject({ device: 'cpu', fallBack: null });
  });

  it('takes the device’s fastest variant among those that read as well as the card demands', async () => {
    const webgpu = available(5, 'int4', 'fp16', 'fp32');
    expect(await place({ webgpu })).toMatchObject({ device: 'webgpu', variant: 'fp16' });
    expect(await place({ webgpu }, { variant: 'int4' })).toMatchObject({
      ...{ device: 'webgpu', variant: 'int4' },
    });
    // What only the processor has stays there.
    expect(await place({ webgpu }, { variant: 'int8' })).toMatchObject({
      ...{ device: 'cpu', variant: 'int8', fallBack: null },
    });
  });

  it('tries what was chosen by name, and otherwise falls back with the reason or refuses', async () => {
    const { registry: untried, tried } = registry({ webgpu: available(0.5, 'fp32') });
    expect(await placeWork({ ...choice, device: 'webgpu' }, untried)).toMatchObject({
      ...{ device: 'webgpu', variant: 'fp32', fallBack: null },
    });
    expect(tried).toEqual(['webgpu']);

    expect(await place({}, { device: 'cuda', variant: 'fp16' })).toMatchObject({
      device: 'cpu',
      // A processor has no arithmetic for the variant that was asked for.
      variant: 'int8',
      fallBack: 'Drafted on the processor, because cuda cannot be used. Not here.',
    });
    expect(await place({}, { device: 'dml' })).toMatchObject({
      fallBack: expect.stringContaining('onnxruntime has no dml for linux-x64') as string,
    });
    const insisting = { device: 'cuda', isDeviceRequired: true } as const;
    await expect(place({}, insisting)).rejects.toMatchObject({
      ...{ code: 'device_unavailable', details: { device: 'cuda' } },
    });
    const missing = { device: 'webgpu', variant: 'int8', isDeviceRequired: true } as const;
    await expect(place({ webgpu: available(2, 'fp32') }, missing)).rejects.toThrow(
      /"int8" does not run there/,
    );
  });
});

describe('what is known of the devices', () => {
  it('says for each what it is, and how it is had where it is not', async () => {
    const { registry: known } = registry({ webgpu: available(2, 'fp32') });
    const states = async () =>
      Object.fromEntries((await known.reports()).map(({ device, state }) => [device, state]));
    expect(await states()).toEqual({
      ...{ cpu: 'available', webgpu: 'unprobed', cuda: 'unprobed' },
      ...{ dml: 'unavailable', coreml: 'unavailable' },
    });
    const reports = await known.probeAll();
    expect(await states()).toMatchObject({ webgpu: 'available', cuda: 'unavailable' });
    expect(reports.find(({ device }) => device === 'cuda')).toMatchObject({
      reason: 'Not here.',
      is_tested: false,
      installation: expect.stringContaining('--onnxruntime-node-install=cuda12') as string,
    });
    await known.lost('webgpu', 'It went away.');
    expect((await known.reports())[1]).toMatchObject({
      ...{ state: 'unavailable', reason: 'It went away.' },
    });
  });

  it('is found out once, however many ask at the same time', async () => {
    const { registry: known, tried } = registry({ webgpu: available(2, 'fp32') });
    await Promise.all([known.probe('webgpu'), known.probe('webgpu'), known.probe('webgpu')]);
    expect(tried).toEqual(['webgpu']);
  });
});
