import { prepareModel } from '../../../src-main/inference/model-store/prepare-model.ts';

/* A process of its own: an import that is killed at a stage, as by a power cut. */

const [, , source, modelsDirectory, stage] = process.argv;

await prepareModel(
  { source: source!, modelsDirectory: modelsDirectory!, name: 'small', bundled: false },
  {
    onProgress({ message }) {
      if (message.startsWith(stage!)) process.kill(process.pid, 'SIGKILL');
    },
  },
);
