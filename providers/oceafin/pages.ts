import { z } from 'zod';
import { drift } from '../http/answers';
import { comparedText, optional } from '../http/wire';
import { PAGE } from './assumptions';
import { PROVIDER_ID } from './errors';
import type { Operation } from './layout/operations';

/** [?] `…Page` and `PageInfo` exist by name; their fields are not stated (docs/providers/oceafin.md section 5.6). */
export function pageOf<Item>(item: z.ZodType<Item>): z.ZodType<Page<Item>> {
  return z.object({
    items: z.array(item),
    pageInfo: optional(z.object({ nextCursor: optional(comparedText.refine((text) => text.length <= 1000)) })),
  });
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly pageInfo?: { readonly nextCursor?: string | null | undefined } | null | undefined;
}

/**
 * Everything in a list, page after page: the one place that knows how a list goes on.
 *
 * @param readPage reads one page, with these query parameters
 * @throws ProviderError CONTRACT_DRIFT if a list does not end
 */
export async function readAllPages<Item>(
  operation: Operation,
  readPage: (query: Readonly<Record<string, string>>) => Promise<Page<Item>>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  for (let pages = 0; pages < PAGE.value.mostPages; pages += 1) {
    const page = await readPage(cursor === undefined ? {} : { [PAGE.value.cursorParameter]: cursor });
    items.push(...page.items);
    const next = page.pageInfo?.nextCursor ?? '';
    if (next === '') return items;
    if (seen.has(next)) break;
    seen.add(next);
    cursor = next;
  }
  throw drift({ provider: PROVIDER_ID, operation }, [
    { field: 'pageInfo.nextCursor', problem: 'does not come to an end' },
  ]);
}
