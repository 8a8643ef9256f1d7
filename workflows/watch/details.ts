import { ERROR_RULES } from '../../contract/errors';
import { HOW_OFTEN_PROBED, type WatchProgress } from '../../contract/provider-watch';
import { toTheSecond } from '../shared/details';

/** What the Temporal UI shows of a watch, in Markdown. */
export function describeWatch({ provider, since, code, probes, nextProbeAt, waiting, woken }: WatchProgress): string {
  const next =
    nextProbeAt === undefined
      ? `**${provider}** answers again: who waits is woken, a few first.`
      : `**${provider}** does not answer since ${toTheSecond(since)} UTC. The newest failure is **${code}**: ${ERROR_RULES[code].remedy}`;
  const tried =
    nextProbeAt === undefined ? '' : ` It is tried next at ${toTheSecond(nextProbeAt)} UTC, ${HOW_OFTEN_PROBED}.`;
  return [
    `${next}${tried}`,
    `Reads in the name of all: ${probes}. Flows that told that they wait: ${waiting}. Woken so far: ${woken}.`,
    'Nothing is to be done here. Where it is terminated, each flow looks again by itself, later, and the next one that fails begins another.',
  ].join('\n\n');
}
