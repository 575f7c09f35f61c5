/** As many as one page may have. */
const limit = 200;

/** Everything of a list that is answered page by page. */
export async function everyPage<T>(
  page: (part: { readonly offset: number; readonly limit: number }) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const all: T[] = [];
  for (;;) {
    const some = await page({ offset: all.length, limit });
    all.push(...some);
    if (some.length < limit) return all;
  }
}
