import type { Download } from '../../../src-main/contract/channels.ts';
import { formatBytes } from '../../lib/format-bytes.ts';
import { formatDuration } from '../../lib/format-duration.ts';

/** How much is here, how fast it comes and how long that will take, as far as it is known. */
export function downloadFacts(download: Download): string {
  const { received_bytes, total_bytes, bytes_per_second, state } = download;
  const facts = [
    total_bytes === null
      ? `${formatBytes(received_bytes)} so far`
      : `${formatBytes(received_bytes)} of ${formatBytes(total_bytes)}`,
  ];
  if (state === 'running' && bytes_per_second !== null && bytes_per_second > 0) {
    facts.push(`${formatBytes(bytes_per_second)}/s`);
    if (total_bytes !== null)
      facts.push(remainingWords(total_bytes - received_bytes, bytes_per_second));
  }
  return facts.join(' · ');
}

/** To the second near the end, to the minute before it: an estimate that jumps tells nothing. */
function remainingWords(bytes: number, bytesPerSecond: number): string {
  const seconds = Math.max(1, Math.round(bytes / bytesPerSecond));
  const shown = seconds < 60 ? seconds : Math.round(seconds / 60) * 60;
  return `about ${formatDuration(shown * 1_000).replace(/^(\d)\.0 s$/, '$1 s')} left`;
}

/** 0 to 1; null while nobody knows how much it is. */
export function downloadShare({ received_bytes, total_bytes }: Download): number | null {
  if (total_bytes === null || total_bytes <= 0) return null;
  return Math.min(1, received_bytes / total_bytes);
}

/** The hub's address as people name it: `huggingface.co`. */
export function hubName(endpoint: string): string {
  return URL.canParse(endpoint) ? new URL(endpoint).host : endpoint;
}
