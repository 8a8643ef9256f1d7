/** A measure that Gangway keeps, beside those of Temporal's SDK. Every label has few values, and none is personal. */
export interface Metric {
  /** As it is asked for at Prometheus, without the suffixes of a histogram. */
  readonly name: string;
  readonly kind: 'counter' | 'histogram';
  readonly unit?: 'seconds';
  readonly labels: readonly string[];
  /** One sentence: what it counts. */
  readonly help: string;
}

/** Labels that the SDK puts on what a workflow or an activity measures. */
const OF_WORKFLOW = ['namespace', 'taskQueue', 'workflowType'] as const;

export const METRICS = {
  flowsEnded: {
    name: 'gangway_flows_ended',
    kind: 'counter',
    labels: [...OF_WORKFLOW, 'outcome'],
    help: 'Workflows that ended, by outcome. `failed`: refused, or by a bug.',
  },
  flowSeconds: {
    name: 'gangway_flow',
    kind: 'histogram',
    unit: 'seconds',
    labels: [...OF_WORKFLOW, 'outcome'],
    help: 'From the start of a workflow to its end: the time to ready, and to fund. Without those whose history was renewed.',
  },
  ordersAdopted: {
    name: 'gangway_orders_adopted',
    kind: 'counter',
    labels: OF_WORKFLOW,
    help: 'Movements that ended with an order that was looked up, rather than answered in the call.',
  },
  freshRefs: {
    name: 'gangway_fresh_refs',
    kind: 'counter',
    labels: OF_WORKFLOW,
    help: 'Refs that ended movements took beside their first, because the order under it failed.',
  },
  questions: {
    name: 'gangway_questions',
    kind: 'counter',
    labels: [...OF_WORKFLOW, 'reason'],
    help: 'Times that a flow began to wait for a person, by reason (docs/operate.md).',
  },
  decisions: {
    name: 'gangway_decisions',
    kind: 'counter',
    labels: [...OF_WORKFLOW, 'action'],
    help: 'What people decided.',
  },
  calls: {
    name: 'gangway_activity_attempts',
    kind: 'counter',
    labels: ['namespace', 'taskQueue', 'activityType', 'result'],
    help: 'Attempts of activities, by `ok` or the error code. `OUTCOME_UNKNOWN` on a write: it may have moved money.',
  },
  providerCalls: {
    name: 'gangway_provider_call',
    kind: 'histogram',
    unit: 'seconds',
    labels: ['provider', 'method', 'path', 'status'],
    help: 'Calls to providers, by documented path and HTTP status. `none`: no whole answer came.',
  },
} as const satisfies Readonly<Record<string, Metric>>;

/** What a gateway measures of its answers. */
export const GATEWAY_REQUESTS = {
  name: 'gangway_gateway_request',
  labels: ['method', 'route', 'status'],
  help: 'Answers of the gateway, by the pattern of the route and the HTTP status.',
  buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
} as const;

/** Upper bounds of the buckets of what takes seconds: from a quick call to a flow that waited for a day. */
export const CALL_BUCKETS: readonly number[] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
export const FLOW_BUCKETS: readonly number[] = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400];
