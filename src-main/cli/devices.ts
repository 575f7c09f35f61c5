import type { DeviceReport } from '../contract/models.ts';
import { visitor } from '../access/authorize.ts';
import { defineCommand } from './command.ts';
import { answer } from './context.ts';
import { present } from './member.ts';
import { table } from './table.ts';

export const devices = defineCommand({
  name: 'devices',
  summary: 'What this machine can draft on',
  options: {
    probe: { kind: 'flag', meaning: 'Try every device anew first; takes up to some minutes.' },
  },
  details: `A device is tried in a process of its own: a small made-up model drafts on it, and the answers and
the speed are compared with the processor's. What was found is kept for the next start.`,

  async run(context, { options }) {
    const { services } = context.application();
    if (options.probe) {
      const stopListening = services.events.on('devices:changed', (reports) => {
        const tried = reports.find(({ state }) => state === 'probing');
        if (tried !== undefined) context.progress.update(`Trying ${tried.device}`);
      });
      try {
        await services.devices.probe(present(services), undefined, context.signal);
      } finally {
        stopListening();
        context.progress.clear();
      }
    }
    const reports = await services.devices.list(visitor, undefined);
    answer(context, reports, () => inWords(reports));
  },
});

function inWords(reports: readonly DeviceReport[]): string {
  const states = table(
    ['DEVICE', 'STATE', 'SPEED', 'WHY'],
    reports.map(({ device, state, speed_against_cpu: speed, reason }) => [
      device,
      state,
      speed === null ? '' : `${speed.toPrecision(2)}×`,
      reason,
    ]),
  );
  const hints = reports.flatMap(({ device, state, installation, is_tested }) => [
    ...(state === 'unavailable' && installation !== null ? [`${device}: ${installation}`] : []),
    ...(state === 'available' && !is_tested
      ? [`${device}: this version of Autodoc was never tried on such a device before.`]
      : []),
  ]);
  return [states, ...hints].join('\n\n');
}
