/** What happened in a campaign beside the workflows' own histories, for counting and for stories. */
export interface CampaignEvent {
  readonly at: number;
  /** What happened, in a few words. */
  readonly what: string;
  /** The workflow that it was about; absent if it was about all. */
  readonly workflowId?: string;
}

/** Writes down what the campaign did and saw. */
export class EventLog {
  private readonly events: CampaignEvent[] = [];
  private readonly counts = new Map<string, number>();

  /** @param kind what it is counted as; nothing if not given */
  note(what: string, workflowId?: string, kind?: string): void {
    this.events.push({ at: Date.now(), what, ...(workflowId === undefined ? {} : { workflowId }) });
    if (kind !== undefined) this.count(kind);
  }

  count(kind: string): void {
    this.counts.set(kind, this.countOf(kind) + 1);
  }

  countOf(kind: string): number {
    return this.counts.get(kind) ?? 0;
  }

  countsWith(prefix: string): Readonly<Record<string, number>> {
    const matching = [...this.counts].filter(([kind]) => kind.startsWith(prefix));
    return Object.fromEntries(
      matching
        .map(([kind, count]): [string, number] => [kind.slice(prefix.length), count])
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  }

  /** What concerned one workflow, and what concerned all. */
  about(workflowId: string): readonly CampaignEvent[] {
    return this.events.filter((event) => event.workflowId === undefined || event.workflowId === workflowId);
  }
}
