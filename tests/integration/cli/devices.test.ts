import { afterAll, describe, expect, it } from 'vitest';
import type { DeviceReport } from '../../../src-main/contract/models.ts';
import { withoutVulkan } from '../../fixtures/vulkan.ts';
import { makeHome, runCommand, runJson } from './run-command.ts';

const { home, remove } = makeHome();
afterAll(remove);
// Whatever this machine has, these commands find no adapter.
Object.assign(process.env, withoutVulkan());

const states = (reports: readonly DeviceReport[]) =>
  Object.fromEntries(reports.map(({ device, state }) => [device, state]));

describe.skipIf(`${process.platform}-${process.arch}` !== 'linux-x64')('autodoc devices', () => {
  it('tells what is known, tries on request, and keeps what was found', async () => {
    const before = await runJson<readonly DeviceReport[]>(['devices'], { home });
    expect(states(before)).toEqual({
      ...{ cpu: 'available', webgpu: 'unprobed', cuda: 'unprobed' },
      ...{ dml: 'unavailable', coreml: 'unavailable' },
    });

    const { code, stdout } = await runCommand(['devices', '--probe'], { home });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^cpu +available +1\.0×/m);
    expect(stdout).toMatch(/^webgpu +unavailable/m);
    expect(stdout).toContain('apt install mesa-vulkan-drivers');

    const after = await runJson<readonly DeviceReport[]>(['devices'], { home });
    expect(states(after)).toMatchObject({ webgpu: 'unavailable' });
    expect(after[1]!.reason).toMatch(/adapter/i);
  });
});
