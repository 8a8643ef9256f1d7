import type { FlowName, Gangway } from '../../client';

/** The facade as JavaScript sees it: it takes anything, and reports what is wrong at run time. */
export interface UntypedGangway {
  onboard(application: unknown): Promise<unknown>;
  fund(request: unknown): Promise<unknown>;
  receive(request: unknown): Promise<unknown>;
  onboardAndFund(request: unknown): Promise<unknown>;
  resolve(flow: FlowName, request: unknown): Promise<string>;
  amend(flow: FlowName, request: unknown): Promise<string>;
  supplyInformation(flow: FlowName, request: unknown): Promise<string>;
  approve(flow: FlowName, request: unknown): Promise<string>;
  reject(flow: FlowName, request: unknown): Promise<string>;
  cancel(flow: FlowName, request: unknown): Promise<string>;
  list(filter: unknown): Promise<unknown>;
  retryAll(filter: unknown, decision: unknown): Promise<unknown>;
  readonly batches: {
    start(request: unknown, again: boolean): Promise<unknown>;
    pause(batch: unknown, request: unknown): Promise<string>;
    resume(batch: unknown, request: unknown): Promise<string>;
  };
}

/** See {@link UntypedGangway}. */
export function untyped(gangway: Gangway): UntypedGangway {
  return gangway;
}
