import './small-young-heap.ts';
import { createEngine } from './engine.ts';
import { openParentPort } from './parent-port.ts';
import { serveEngine } from './serve.ts';

// The engine's process: nothing but onnxruntime and what feeds it. A crash here is the client's
// to report, and takes no window along.
serveEngine(createEngine(), openParentPort(), () => process.exit());
