import path from 'node:path';
import { AppError } from '../../contract/errors.ts';
import type { Device, ModelCard, Variant } from '../../contract/models.ts';
import { readGpt2Config } from '../checkpoint/config.ts';
import { dataFile, graphFile } from '../graph/write-graph.ts';
import { readCardFile, verifyFiles } from '../model-store/card-file.ts';
import { chooseDevice } from '../session/devices.ts';
import { OnnxDecoder } from '../session/onnx-decoder.ts';
import { OnnxSession } from '../session/onnx-session.ts';

/** A model in memory. */
export interface LoadedModel {
  readonly card: ModelCard;
  readonly variant: Variant;
  readonly session: OnnxSession;
  /** Keeps what it read of the last prompt. */
  readonly decoder: OnnxDecoder;
}

export interface WantedModel {
  readonly directory: string;
  readonly device: 'auto' | Device;
  readonly variant: Variant;
}

/** Told while a model is being loaded: nothing when it is there already. */
export interface LoadingListener {
  onLoading(): void;
  onReady(device: Device, variant: Variant): void;
}

/** Room for one model: asking for another one gives the first one's memory back. */
export class ModelSlot {
  #loaded: (LoadedModel & { readonly key: string }) | null = null;

  async load(wanted: WantedModel, listener: LoadingListener): Promise<LoadedModel> {
    const { directory, variant } = wanted;
    const device = chooseDevice(wanted.device);
    const cardFile = await readCardFile(directory);
    const { card } = cardFile;
    // A model that was removed and imported again under its name is another one.
    const key = [directory, card.sha256, card.imported_on, variant, device].join('\n');
    if (this.#loaded?.key === key) return this.#loaded;

    await this.release();
    requireVariant(card, variant);
    listener.onLoading();
    const needed = ['config.json', graphFile(variant), dataFile(variant)];
    await verifyFiles(directory, cardFile, (name) => needed.includes(name));
    const config = await readGpt2Config(directory);
    const session = await OnnxSession.load(path.join(directory, graphFile(variant)), config);
    this.#loaded = { key, card, variant, session, decoder: new OnnxDecoder(session) };
    listener.onReady(session.device, variant);
    return this.#loaded;
  }

  async release(): Promise<void> {
    const loaded = this.#loaded;
    this.#loaded = null;
    await loaded?.session.release();
  }
}

function requireVariant(card: ModelCard, variant: Variant): void {
  const offered = card.variants.map((price) => price.variant);
  if (offered.includes(variant)) return;
  throw new AppError(
    'invalid_input',
    `The model "${card.name}" has no variant "${variant}". Choose one of: ${offered.join(', ')}.`,
    { details: { model: card.name, variant } },
  );
}
