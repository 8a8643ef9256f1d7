import type { RetentionRule } from '../../contract/erasure';
import {
  decodeText,
  MESSAGE_BOUNDS,
  parseInput,
  readJsonText,
  readPublicFile,
  retentionRulesSchema,
} from '../../inputs';
import { isProviderId, providerIds } from '../../providers/registry';

const NAME = 'GANGWAY_RETENTION';

/** Thrown if the retention policy makes no sense; lists every problem: a typo must not let go of what a law has kept. */
export class RetentionSettingsError extends Error {
  override readonly name = 'RetentionSettingsError';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/**
 * Reads GANGWAY_RETENTION: a JSON list of rules (inputs/retention-rules.ts), or the path of a file that holds it. Not set: no law
 * has anything kept.
 *
 * @throws RetentionSettingsError with every problem at once, by a rule's place in the list, counted from 0, and its field
 */
export function retentionRules(env: NodeJS.ProcessEnv): readonly RetentionRule[] {
  const given = env[NAME]?.trim() ?? '';
  if (given === '') return [];
  const json = readJsonText(given.startsWith('[') ? given : textOf(given), MESSAGE_BOUNDS);
  if (!json.ok) throw new RetentionSettingsError([`${NAME} must be a JSON list of rules: it ${json.problem}`]);
  const parsed = parseInput(retentionRulesSchema, json.value);
  if (!parsed.ok) {
    throw new RetentionSettingsError(
      parsed.problems.map(({ field, problem }) =>
        field === 'the input' ? `${NAME} must be a JSON list of rules` : `${NAME} ${field}: ${problem}`,
      ),
    );
  }
  const unknown = parsed.value.flatMap(({ provider }, index) =>
    provider === undefined || isProviderId(provider)
      ? []
      : [`${NAME} ${index}.provider: must be one of ${providerIds().join(', ')}`],
  );
  if (unknown.length > 0) throw new RetentionSettingsError(unknown);
  return parsed.value;
}

function textOf(path: string): string {
  const read = readPublicFile(path);
  if ('problem' in read) throw new RetentionSettingsError([`${NAME} ${read.problem}`]);
  const decoded = decodeText(read.bytes);
  if (!decoded.ok) throw new RetentionSettingsError([`${NAME} names a file that ${decoded.problem}`]);
  return decoded.text;
}
