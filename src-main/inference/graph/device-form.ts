/**
 * What attention is made of on a device:
 * - `fused`: one operator a layer, where the device has it for numbers of 32 bits (WebGPU);
 * - `plain`: matrix products and a softmax, which every device has. CUDA's fused operator wants 16
 *   bits, CoreML has none.
 */
export const attentionForms = ['fused', 'plain'] as const;
export type AttentionForm = (typeof attentionForms)[number];
