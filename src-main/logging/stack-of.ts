/**
 * Where an unexpected error happened, for the log: its kind and its frames. Its message stays
 * out, because it may quote a value, and a value may be a document's text.
 */
export function stackOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return typeof thrown;
  const frames = (thrown.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [thrown.name, ...frames].join('\n');
}
