import { ApplicationFailure } from '@temporalio/common';
import { Runtime, type ActivityInterceptorsFactory, type TelemetryOptions } from '@temporalio/worker';
import { CALL_BUCKETS, FLOW_BUCKETS, METRICS } from '../contract/metrics';
import type { Exchange } from '../providers/port';
import { freePorts } from '../system/free-ports';
import { hostAndPort, type HostAndPort } from '../system/http-endpoint';

/** The address with a port that is free, if any will do: the SDK cannot say which one it was given. */
export async function metricsAddress({
  metrics,
}: {
  readonly metrics?: HostAndPort;
}): Promise<HostAndPort | undefined> {
  if (metrics?.port !== 0) return metrics;
  const [port = 0] = await freePorts(1);
  return { ...metrics, port };
}

/** What Prometheus is told to read; null if nothing is served. */
export function metricsUrl(address: HostAndPort | undefined): string | null {
  return address === undefined ? null : `http://${hostAndPort(address)}/metrics`;
}

/** What the SDK's own endpoint needs: it serves its metrics and ours at `/metrics` (docs/metrics.md). */
export function metricsTelemetry(address: HostAndPort): Pick<TelemetryOptions, 'metrics'> {
  return {
    metrics: {
      attachServiceName: false,
      prometheus: {
        bindAddress: hostAndPort(address),
        countersTotalSuffix: true,
        unitSuffix: true,
        useSecondsForDurations: true,
        histogramBucketOverrides: {
          [METRICS.providerCalls.name]: [...CALL_BUCKETS],
          [METRICS.flowSeconds.name]: [...FLOW_BUCKETS],
        },
      },
    },
  };
}

/** Counts attempts of activities, by what came of them: one counter for all that a worker runs. */
export function countAttempts(): ActivityInterceptorsFactory {
  const { name, help } = METRICS.calls;
  const attempts = Runtime.instance().metricMeter.createCounter(name, undefined, help);
  return ({ info: { namespace, taskQueue, activityType } }) => {
    const count = (result: string): void => {
      attempts.add(1, { namespace, taskQueue, activityType, result });
    };
    return {
      inbound: {
        async execute(input, next) {
          try {
            const result = await next(input);
            count('ok');
            return result;
          } catch (error) {
            count(error instanceof ApplicationFailure ? (error.type ?? 'unforeseen') : 'cancelled');
            throw error;
          }
        },
      },
    };
  };
}

/** Measures a provider's calls. */
export function measureCalls(provider: string): (exchange: Exchange) => void {
  const { name, unit, help } = METRICS.providerCalls;
  const seconds = Runtime.instance().metricMeter.createHistogram(name, 'float', unit, help);
  return ({ method, template, status, elapsedMs }) => {
    seconds.record(elapsedMs / 1000, { provider, method, path: template, status: status?.toString() ?? 'none' });
  };
}
