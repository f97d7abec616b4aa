/** A Relay connection, as far as paging goes. */
export interface Connection<N> {
  readonly edges: readonly { readonly node: N }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** Every node of a connection; a page is asked for when the one before is used up. */
export async function* each<N>(page: (after: string | null) => Promise<Connection<N>>): AsyncGenerator<N> {
  for (let after: string | null = null; ; ) {
    const { edges, pageInfo } = await page(after);
    for (const { node } of edges) yield node;
    if (!pageInfo.hasNextPage) return;
    after = pageInfo.endCursor;
  }
}
