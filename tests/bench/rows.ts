import * as v from 'valibot';
import { devices, type Device } from '../../src-main/contract/models.ts';
import { limitFraction, median, rounded } from './statistics.ts';

/** Whom ratios are given to. `fp32` is the engine's own. */
export const peerNames = [
  'transformers.js',
  'transformers.js (q8)',
  'llama.cpp',
  'plain_loop',
  'fp32',
] as const;
export type PeerName = (typeof peerNames)[number];

const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const ratio = v.nullable(positive);

/** One line of the results: what a job cost one contestant. */
export const rowSchema = v.strictObject({
  job: v.pipe(v.string(), v.nonEmpty()),
  model: v.pipe(v.string(), v.nonEmpty()),
  /** Where it really ran. */
  device: v.picklist(devices),
  /** The engine's variant, or a peer with the form of its weights. */
  variant: v.pipe(v.string(), v.nonEmpty()),
  threads: v.pipe(v.number(), v.integer(), v.minValue(1)),
  median_ms: positive,
  /** The peer's time over this one's: more is better. Null where the peer has no such thing. */
  ratio_to: v.strictObject({
    'transformers.js': ratio,
    'transformers.js (q8)': ratio,
    'llama.cpp': ratio,
    plain_loop: ratio,
    fp32: ratio,
  } satisfies Record<PeerName, typeof ratio>),
  /** The time that memory takes to give the weights, over the time that a token took. */
  limit_fraction: v.nullable(positive),
  /** Of its process while this job ran, the model included; null where the system does not tell. */
  peak_rss_mib: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0))),
});
export type Row = v.InferOutput<typeof rowSchema>;

/** What was measured of one contestant in one job. */
export interface Measured {
  readonly job: string;
  readonly model: string;
  readonly label: string;
  readonly device: Device;
  /** Null for a contestant that is nobody's peer: the engine's other variants. */
  readonly peer: PeerName | null;
  /** Of the peers that come in several forms, the labels of those with weights of the like size. */
  readonly likes: readonly string[];
  /** The counted time of each round. */
  readonly ms: readonly number[];
  /** One step of decoding, of each round; empty where that has no meaning. */
  readonly stepMs: readonly number[];
  /** Null where memory is not what limits it. */
  readonly weightBytesPerStep: number | null;
  readonly peakRssMib: number | null;
}

/**
 * The rows of one job and model.
 *
 * @param bytesPerMs what memory gave between the rounds; empty where it was not measured
 */
export function toRows(
  measured: readonly Measured[],
  threads: number,
  bytesPerMs: readonly number[],
): readonly Row[] {
  return measured.map((one) => {
    const own = median(one.ms);
    const ratioTo = (name: PeerName) => {
      const peer = peerOf(one, name, measured);
      return peer === undefined ? null : rounded(median(peer.ms) / own);
    };
    return {
      job: one.job,
      model: one.model,
      device: one.device,
      variant: one.label,
      threads,
      median_ms: rounded(own),
      ratio_to: {
        'transformers.js': ratioTo('transformers.js'),
        'transformers.js (q8)': ratioTo('transformers.js (q8)'),
        'llama.cpp': ratioTo('llama.cpp'),
        plain_loop: ratioTo('plain_loop'),
        fp32: ratioTo('fp32'),
      },
      limit_fraction:
        one.weightBytesPerStep === null || one.stepMs.length === 0 || bytesPerMs.length === 0
          ? null
          : rounded(limitFraction(one.weightBytesPerStep, median(bytesPerMs), median(one.stepMs))),
      peak_rss_mib: one.peakRssMib,
    };
  });
}

/** The peer of that name; of several forms (llama.cpp's files) the like one, if it took part. */
function peerOf(
  one: Measured,
  name: PeerName,
  measured: readonly Measured[],
): Measured | undefined {
  const peers = measured.filter(({ peer }) => peer === name);
  return name === 'llama.cpp' ? peers.find(({ label }) => one.likes.includes(label)) : peers[0];
}
