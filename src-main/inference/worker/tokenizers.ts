import { readCardFile, verifyFiles } from '../model-store/card-file.ts';
import { loadTokenizer } from '../tokenizer/load-tokenizer.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';

/** How many are kept: the model in use, and one that is being looked at. */
const kept = 2;

/** The tokenizers of prepared models, loaded at first use; they need no session. */
export class Tokenizers {
  readonly #loaded = new Map<string, Promise<Tokenizer>>();

  async of(directory: string): Promise<Tokenizer> {
    const cardFile = await readCardFile(directory);
    const { card } = cardFile;
    const key = [directory, card.sha256, card.imported_on].join('\n');
    let tokenizer = this.#loaded.get(key);
    if (tokenizer === undefined) {
      tokenizer = verifyFiles(directory, cardFile, (name) => /\.(json|txt)$/.test(name)).then(() =>
        loadTokenizer(directory, card.vocab_size),
      );
      this.#remember(key, tokenizer);
      tokenizer.catch(() => this.#loaded.delete(key));
    }
    return tokenizer;
  }

  #remember(key: string, tokenizer: Promise<Tokenizer>): void {
    const [oldest] = this.#loaded.keys();
    if (this.#loaded.size >= kept && oldest !== undefined) this.#loaded.delete(oldest);
    this.#loaded.set(key, tokenizer);
  }
}
