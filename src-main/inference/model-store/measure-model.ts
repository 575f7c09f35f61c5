import { AppError } from '../../contract/errors.ts';
import { variants, type Measurement, type ModelCard } from '../../contract/models.ts';
import { readGpt2Config } from '../checkpoint/config.ts';
import type { PrepareOptions } from '../client/types.ts';
import { dataFile, graphFile } from '../graph/write-graph.ts';
import { measurePrices } from '../scoring/measure-prices.ts';
import { chooseVariant } from '../scoring/price-variant.ts';
import { textsToMeasure } from '../scoring/texts-to-measure.ts';
import { loadTokenizer } from '../tokenizer/load-tokenizer.ts';
import { readCardFile, verifyFiles, writeCardFile, type CardFile } from './card-file.ts';

export interface MeasureRequest {
  /** The prepared model's folder. */
  readonly directory: string;
  readonly text: Measurement['text'];
  /** The texts to measure on, most important first; not looked at where `text` is `sample`. */
  readonly documents: readonly string[];
}

/**
 * Measures every variant that a prepared model has on disk and writes what was found on its card,
 * with the default chosen anew. The card stays as it was until all is measured.
 *
 * Fails with `model_not_found`, `model_invalid`, `cancelled`, or `invalid_input` where the
 * documents are too short to measure on.
 */
export async function measureModel(
  { directory, text, documents }: MeasureRequest,
  { onProgress, signal }: { [Key in keyof PrepareOptions]: PrepareOptions[Key] | undefined } = {},
): Promise<ModelCard> {
  onProgress?.({ message: 'Verifying the files', fraction: 0 });
  const before = await readCardFile(directory);
  await verifyFiles(directory, before);
  const config = await readGpt2Config(directory);
  const texts = textsToMeasure(await loadTokenizer(directory, config.vocabSize), text, documents);
  const prices = await measurePrices(
    { directory, config, texts, written: writtenVariants(before) },
    { onProgress, signal },
  ).catch(async (error: unknown) => {
    // Removed or damaged in the meantime: that is the reason then.
    await verifyFiles(directory, await readCardFile(directory));
    throw error;
  });
  if (signal?.aborted === true) {
    throw new AppError('cancelled', 'Measuring was cancelled. The card is as it was.');
  }

  const now = await readCardFile(directory);
  if (now.card.sha256 !== before.card.sha256 || now.card.imported_on !== before.card.imported_on) {
    throw new AppError(
      'model_in_use',
      `"${before.card.name}" was replaced by another model while it was measured. The new one is ` +
        'as it was. Measure again.',
      { details: { model: before.card.name } },
    );
  }
  const card: ModelCard = {
    ...now.card,
    variants: prices,
    measurement: {
      text,
      tokens: texts.reduce((sum, { length }) => sum + length, 0),
      measured_on: new Date().toISOString(),
    },
    default_variant: chooseVariant(prices),
  };
  await writeCardFile(directory, { card, files: now.files });
  return card;
}

/** Those whose graph and weights are there: an earlier version wrote fewer. */
function writtenVariants({ files }: CardFile) {
  const sizes = new Map(files.map(({ name, size_bytes }) => [name, size_bytes]));
  return variants.flatMap((variant) => {
    const graphBytes = sizes.get(graphFile(variant));
    const dataBytes = sizes.get(dataFile(variant));
    if (graphBytes === undefined || dataBytes === undefined) return [];
    return [{ variant, sizeBytes: graphBytes + dataBytes }];
  });
}
