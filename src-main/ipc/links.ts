const maxLinkLength = 2_048;

/** A link that may be handed to the system's browser: https, no password in it; else null. */
export function parseWebLink(input: unknown): string | null {
  if (typeof input !== 'string' || input.length > maxLinkLength) return null;
  const url = URL.parse(input);
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') return null;
  return url.href;
}
