const labels: Readonly<Record<string, string>> = {
  cpu: 'CPU',
  webgpu: 'GPU (WebGPU)',
  cuda: 'NVIDIA GPU (CUDA)',
  dml: 'GPU (DirectML)',
  coreml: 'Apple GPU (Core ML)',
};

/** A device's name for people. One that is not known here keeps its own. */
export function deviceLabel(device: string): string {
  return labels[device] ?? device;
}
