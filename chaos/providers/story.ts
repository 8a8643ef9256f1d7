import type { Client } from '@temporalio/client';
import type { EventLog } from '../events';
import { fundingIdOf } from '../judge';
import { historyLines, inOrder, type Line } from '../story';
import type { Book } from './kit';

export interface StoryParts {
  readonly temporal: Client;
  readonly book: Book;
  readonly log: EventLog;
}

/** What happened to one workflow, in the order of time: its history, the provider's book, and what the campaign did. */
export async function tellStory(workflowId: string, { temporal, book, log }: StoryParts): Promise<string> {
  const own = workflowId.split('/')[2] ?? '';
  const orders = book.orders.filter(({ ref }) => fundingIdOf(ref) === own);
  return inOrder(workflowId, [
    ...(await historyLines(temporal, workflowId)),
    ...orders.map((order): Line => ({
      at: Date.parse(order.createdAt),
      where: 'ledger',
      what: `order ${order.orderId} under ${order.ref}: ${order.kind} ${order.amount} ${order.asset}, now ${order.status}`,
    })),
    ...log.about(workflowId).map(({ at, what }): Line => ({ at, where: 'campaign', what })),
  ]);
}
