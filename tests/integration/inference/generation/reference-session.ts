import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Gpt2Config } from '../../../../src-main/inference/checkpoint/config.ts';
import { openCheckpoint } from '../../../../src-main/inference/checkpoint/checkpoint.ts';
import { generate } from '../../../../src-main/inference/generation/generate.ts';
import { resolveConfig } from '../../../../src-main/inference/generation/resolve-config.ts';
import type {
  GeneratedTokens,
  GenerateRun,
} from '../../../../src-main/inference/generation/types.ts';
import { buildGpt2Graph } from '../../../../src-main/inference/graph/gpt2-graph.ts';
import { graphFile, writeGraph } from '../../../../src-main/inference/graph/write-graph.ts';
import { OnnxDecoder } from '../../../../src-main/inference/session/onnx-decoder.ts';
import { OnnxSession } from '../../../../src-main/inference/session/onnx-session.ts';
import { loadTokenizer } from '../../../../src-main/inference/tokenizer/load-tokenizer.ts';
import type { Tokenizer } from '../../../../src-main/inference/tokenizer/tokenizer.ts';
import type { GenerationCase } from '../../../fixtures/reference.ts';

type Asked = Omit<GenerationCase, 'checkpoint' | 'sequences'>;

/** A checkpoint as the engine runs it in fp32: its graph on onnxruntime. */
export class ReferenceSession {
  readonly session: OnnxSession;
  readonly config: Gpt2Config;
  /** Where its graph lies. */
  readonly directory: string;
  readonly tokenizer: Tokenizer;

  private constructor(session: OnnxSession, directory: string, tokenizer: Tokenizer) {
    this.session = session;
    this.config = session.config;
    this.directory = directory;
    this.tokenizer = tokenizer;
  }

  static async load(checkpointDirectory: string): Promise<ReferenceSession> {
    const directory = await mkdtemp(path.join(tmpdir(), 'autodoc-reference-'));
    const checkpoint = await openCheckpoint(checkpointDirectory);
    try {
      const { config, weights } = checkpoint;
      await writeGraph(buildGpt2Graph(config, weights, 'fp32'), directory, 'fp32');
      const session = await OnnxSession.load(path.join(directory, graphFile('fp32')), config);
      const tokenizer = await loadTokenizer(checkpointDirectory, config.vocabSize);
      return new ReferenceSession(session, directory, tokenizer);
    } finally {
      await checkpoint.close();
    }
  }

  async release(): Promise<void> {
    await this.session.release();
    await rm(this.directory, { recursive: true });
  }

  /** What the engine finds for a case, by default with a decoder that knows nothing yet. */
  find(wanted: Asked, decoder?: OnnxDecoder): Promise<readonly GeneratedTokens[]> {
    return generate(this.runOf(wanted, decoder));
  }

  runOf(wanted: Asked, decoder = new OnnxDecoder(this.session)): GenerateRun {
    const { vocabSize, maxPositions } = decoder;
    const model = { vocabSize, maxPositions, eosTokenIds: wanted.eos_token_ids };
    const config = resolveConfig(wanted.parameters, model, wanted.prompt.length);
    return { decoder, promptTokenIds: wanted.prompt, config, texts: this.tokenizer };
  }
}
