import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readGpt2Config } from '../../../src-main/inference/checkpoint/config.ts';
import { GraphBuilder } from '../../../src-main/inference/graph/graph-builder.ts';
import { graphFile, writeGraph } from '../../../src-main/inference/graph/write-graph.ts';
import { splitGraph } from '../../../src-main/inference/scoring/split-graph.ts';
import { OnnxSession } from '../../../src-main/inference/session/onnx-session.ts';
import { writeCheckpointFolder } from '../../fixtures/checkpoint-folder.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

it('a graph of an earlier version is refused with what to do, by whoever reads it', async () => {
  const folder = await temporaryFolder();
  await writeCheckpointFolder(folder);
  const graph = new GraphBuilder();
  const ids = graph.input('input_ids', 'int32', ['B', 'S']);
  graph.node('Identity', [ids], { outputs: ['logits'] });
  graph.output('logits', 'int32', ['B', 'S']);
  await writeGraph(graph.build('older'), folder, 'fp32');
  const refusal = {
    code: 'model_invalid',
    message: expect.stringContaining('import it again') as string,
  };
  const file = path.join(folder, graphFile('fp32'));
  await expect(OnnxSession.load(file, await readGpt2Config(folder))).rejects.toMatchObject(refusal);
  const bytes = await readFile(file);
  expect(() => splitGraph(bytes, ['logits'], 1_000)).toThrow(expect.objectContaining(refusal));
});
