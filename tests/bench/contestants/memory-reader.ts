import { parentPort, workerData } from 'node:worker_threads';

// One of the threads that read memory: its part of the buffer, over and over.

interface Part {
  readonly buffer: SharedArrayBuffer;
  readonly start: number;
  readonly end: number;
}

const { buffer, start, end } = workerData as Part;
const part = Buffer.from(buffer, start, end - start);
const absent = 2;

parentPort?.on('message', (passes: number) => {
  for (let pass = 0; pass < passes; pass += 1) {
    if (part.indexOf(absent) !== -1) throw new Error('There should be no such byte');
  }
  parentPort?.postMessage('done');
});
parentPort?.postMessage('ready');
