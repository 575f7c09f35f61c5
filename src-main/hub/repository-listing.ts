import * as v from 'valibot';
import { isRepositoryName } from './repository-name.ts';

/*
 * What the hub says of a repository at a revision (`/api/models/…/revision/…?blobs=true`).
 * Every word of it is somebody else's: names, sizes and hashes are checked before they are used.
 */

const maxFileBytes = 2 ** 40;
const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(maxFileBytes));
const hex = (digits: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${digits}}$`)));

const siblingSchema = v.object({
  rfilename: v.string(),
  size: v.nullish(size),
  blobId: v.nullish(hex(40)),
  lfs: v.nullish(v.object({ sha256: hex(64), size })),
});
const listingSchema = v.object({
  /** The repository's own name, where it was asked for by an old one. */
  id: v.optional(v.pipe(v.string(), v.check(isRepositoryName))),
  sha: v.pipe(v.string(), v.regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/)),
  siblings: v.array(siblingSchema),
});

/** A file of a repository with the hash that the hub vouches for. */
export interface ListedFile {
  readonly path: string;
  readonly size_bytes: number;
  /** SHA-256 of the contents, hex: of files that the hub keeps outside git. */
  readonly sha256: string | null;
  /** Git's SHA-1 of the contents as a blob, hex: of small files. Null where `sha256` is not. */
  readonly git_sha1: string | null;
}

export interface Listing {
  readonly repository: string | null;
  readonly commit: string;
  /** Files with a size and a hash, the only ones that can be verified. */
  readonly files: readonly ListedFile[];
  /** Every name that was told, with or without a size. */
  readonly names: readonly string[];
  /** Whether sizes were told at all. */
  readonly hasSizes: boolean;
}

/** Null where this is not the hub's answer. */
export function readListing(json: unknown): Listing | null {
  const parsed = v.safeParse(listingSchema, json, { abortEarly: true });
  if (!parsed.success) return null;
  const { id, sha, siblings } = parsed.output;
  const files = siblings.flatMap(({ rfilename, size, blobId, lfs }): ListedFile[] => {
    if (lfs !== null && lfs !== undefined) {
      const contradicts = typeof size === 'number' && size !== lfs.size;
      return contradicts
        ? []
        : [{ path: rfilename, size_bytes: lfs.size, sha256: lfs.sha256, git_sha1: null }];
    }
    if (typeof size !== 'number' || typeof blobId !== 'string') return [];
    return [{ path: rfilename, size_bytes: size, sha256: null, git_sha1: blobId }];
  });
  return {
    repository: id ?? null,
    commit: sha,
    files,
    names: siblings.map(({ rfilename }) => rfilename),
    hasSizes: siblings.length === 0 || files.length > 0,
  };
}
