import path from 'node:path';
import { AppError } from '../../contract/errors.ts';
import { variantsFor, type Device, type ModelCard, type Variant } from '../../contract/models.ts';
import { readGpt2Config } from '../checkpoint/config.ts';
import type { AttentionForm } from '../graph/device-form.ts';
import { dataFile, graphFile } from '../graph/write-graph.ts';
import { readCardFile, verifyFiles, type CardFile } from '../model-store/card-file.ts';
import { FallBackSession, type PlacedSession } from '../session/device-fall-back.ts';
import { DeviceSession } from '../session/device-session.ts';
import { OnnxDecoder } from '../session/onnx-decoder.ts';
import { OnnxSession } from '../session/onnx-session.ts';

/** A model in memory. */
export interface LoadedModel {
  readonly card: ModelCard;
  /** Where it is, which may change in the middle of a draft. */
  readonly session: FallBackSession;
  /** Keeps what it read of the last prompt. */
  readonly decoder: OnnxDecoder;
}

export interface WantedModel {
  readonly directory: string;
  readonly device: Device;
  readonly variant: Variant;
  readonly form: AttentionForm;
  readonly isDeviceRequired: boolean;
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
    const { directory, variant, device, form } = wanted;
    const cardFile = await readCardFile(directory);
    const { card } = cardFile;
    // A model that was removed and imported again under its name is another one.
    const key = [directory, card.sha256, card.imported_on, variant, device, form].join('\n');
    // What has left its device is asked for there again only when the device was found well.
    if (this.#loaded?.key === key && this.#loaded.session.fallBack === null) return this.#loaded;

    await this.release();
    requireVariant(card, variant);
    listener.onLoading();
    const session = await this.#place(wanted, cardFile);
    this.#loaded = { key, card, session, decoder: new OnnxDecoder(session) };
    listener.onReady(session.device, session.variant);
    return this.#loaded;
  }

  async #place(wanted: WantedModel, cardFile: CardFile): Promise<FallBackSession> {
    const { directory, variant, device, form } = wanted;
    const { card } = cardFile;
    const config = await readGpt2Config(directory);
    const verify = (name: Variant) => {
      const needed = ['config.json', graphFile(name), dataFile(name)];
      return verifyFiles(directory, cardFile, (file) => needed.includes(file));
    };
    const onCpu = async (name: Variant): Promise<PlacedSession> => {
      await verify(name);
      const session = await OnnxSession.load(path.join(directory, graphFile(name)), config);
      return { session, variant: name };
    };
    if (device === 'cpu') return new FallBackSession(await onCpu(variant), null, null);

    const cpuVariant = variantsFor('cpu').includes(variant) ? variant : card.default_variant;
    await verify(variant);
    try {
      const session = await DeviceSession.load({ device, form, directory, config, variant });
      return new FallBackSession({ session, variant }, null, async (cause) => ({
        ...(await onCpu(cpuVariant)),
        reason: `Went on on the processor, because ${device} was lost. ${wordsOf(cause)}`,
      }));
    } catch (cause) {
      const reason = `${device} did not take the model. ${wordsOf(cause)}`;
      if (wanted.isDeviceRequired) {
        throw new AppError(
          'device_unavailable',
          `${reason} Nothing was drafted. Choose "cpu", or "auto" for the fastest there is.`,
          { details: { device }, cause },
        );
      }
      return new FallBackSession(
        await onCpu(cpuVariant),
        `Drafted on the processor. ${reason}`,
        null,
      );
    }
  }

  async release(): Promise<void> {
    const loaded = this.#loaded;
    this.#loaded = null;
    await loaded?.session.release();
  }
}

function wordsOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
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
