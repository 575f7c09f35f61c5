/** What a person wrote into the field that asks for a repository. */
export interface NamedRepository {
  readonly repository: string;
  /** Empty where none was written. */
  readonly revision: string;
}

/**
 * Reads `owner/name`, `owner/name@revision`, or the address of the repository's page, as a
 * browser shows it, with or without `/tree/revision`.
 */
export function readRepository(text: string): NamedRepository {
  const trimmed = text.trim();
  if (/^https?:\/\//i.test(trimmed) && URL.canParse(trimmed)) {
    const [owner = '', name = '', view, ...revision] = new URL(trimmed).pathname
      .split('/')
      .filter(Boolean)
      .map((part) => decodedPart(part));
    const repository = [owner, name].filter(Boolean).join('/');
    return { repository, revision: view === 'tree' ? revision.join('/') : '' };
  }
  const [repository = '', ...revision] = trimmed.split('@');
  return { repository, revision: revision.join('@') };
}

/** A part of an address as text; one that is no valid escape stays as it stands. */
function decodedPart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
