/** What a person wrote into the field that asks for a repository. */
export interface NamedRepository {
  readonly repository: string;
  /** Empty where none was written. */
  readonly revision: string;
}

/**
 * Reads `owner/name`, `owner/name@revision`, or the address of the repository's page, as a
 * browser shows it, with or without `/tree/revision`.
 *
 * @param endpoint the hub's address; the pages of its repositories begin with it
 */
export function readRepository(text: string, endpoint = ''): NamedRepository {
  const trimmed = text.trim();
  if (/^https?:\/\//i.test(trimmed) && URL.canParse(trimmed)) {
    const { pathname } = new URL(trimmed);
    const root = trimmed.startsWith(`${endpoint}/`) ? new URL(endpoint).pathname.length : 0;
    const [owner = '', name = '', view, ...revision] = pathname
      .slice(root)
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
