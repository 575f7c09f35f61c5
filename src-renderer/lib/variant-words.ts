const words: Readonly<Record<string, string>> = {
  fp32: 'Full precision.',
  fp16: 'Half precision, for graphics cards: on a processor it gains nothing.',
  int8: 'Eight-bit weights, one scale for each output.',
  int8_block: 'Eight-bit weights, a scale for every few of them.',
  int4: 'Four-bit weights: the smallest.',
  int4_mixed: 'Four-bit weights, the embedding and the head kept in eight.',
};

/** What a variant is, in a sentence; nothing where it is not known here. */
export function variantWords(variant: string): string {
  return words[variant] ?? '';
}
