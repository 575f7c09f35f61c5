import { readFileSync } from 'node:fs';
import { variants } from '../../../src-main/contract/models.ts';
import { prepareModel } from '../../../src-main/inference/model-store/prepare-model.ts';

/* A process of its own: imports a folder and tells the most memory that it ever had (Linux). */

const [, , source, modelsDirectory, wanted] = process.argv;

const card = await prepareModel({
  source: source!,
  modelsDirectory: modelsDirectory!,
  name: 'weighed',
  bundled: false,
  variants: variants.filter((variant) => wanted!.split(',').includes(variant)),
});
const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
console.log(
  JSON.stringify({
    peakMiB: Number(peak?.[1]) / 1024,
    variants: card.variants.map(({ variant }) => variant),
  }),
);
