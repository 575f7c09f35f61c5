import type { DeviceReport } from '../../../src-main/contract/models.ts';
import { assertNever } from '../../../src-main/contract/errors.ts';

/** What is known of a device, in a line. */
export function deviceWords(report: DeviceReport): string {
  const { device, state, reason } = report;
  switch (state) {
    case 'available':
      return [reason, device === 'cpu' ? '' : speedWords(report), trialWords(report)]
        .filter(Boolean)
        .join(' · ');
    case 'unavailable':
      return `Not available: ${reason}`;
    case 'probing':
      return 'Being tried…';
    case 'unprobed':
      return 'Not tried yet. “Check again” tries it, and so does the first draft.';
    default:
      return assertNever(state);
  }
}

function speedWords({ speed_against_cpu }: DeviceReport): string {
  if (speed_against_cpu === null) return '';
  const times = speed_against_cpu.toFixed(speed_against_cpu < 9.95 ? 1 : 0);
  return `${times}× the CPU’s speed in the check`;
}

function trialWords({ is_tested }: DeviceReport): string {
  return is_tested ? '' : 'not yet tried by Autodoc’s makers';
}
