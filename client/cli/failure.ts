import { NoPostgresError } from '../../book/local/programs';
import { PostgresStartError } from '../../book/local/run-program';
import { BookSettingsError } from '../../book/settings';
import { BookVersionError } from '../../book/version';
import { BookUnavailable } from '../../contract/send-log';
import { PayloadKeySettingsError } from '../../keys/settings';
import { TemporalSettingsError } from '../../temporal/connection';
import { DataDirectoryInUseError } from '../../temporal/data-directory';
import { TemporalServerStartError } from '../../temporal/dev-server';
import { NoTemporalServerError } from '../../temporal/locate-server';
import { SearchAttributesError } from '../../temporal/search-attributes';
import { EventSourceError } from '../events/event-source';
import { CodecServerConfigError } from '../codec-server/config';
import { RetentionSettingsError } from '../erasure/retention-settings';
import { GangwayError } from '../gangway-error';
import { GatewayConfigError } from '../gateway/config';
import { EXIT, exitOfError, type ExitCode } from './exit-code';
import type { Output } from './output';

/** A command that cannot do what it was asked; its message is for the person who typed it. */
export class CommandError extends Error {
  override readonly name = 'CommandError';

  constructor(
    message: string,
    readonly exitCode: ExitCode = EXIT.badInput,
    readonly code = 'BAD_INPUT',
  ) {
    super(message);
  }
}

interface Described {
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly message: string;
  readonly fields?: readonly { readonly field: string; readonly problem: string }[];
  readonly workflowId?: string;
}

/** Tells what went wrong, once, and gives the exit code. */
export function reportFailure(error: unknown, output: Output): ExitCode {
  const { exitCode, ...described } = describe(error);
  output.document({ error: described });
  if (!output.json) output.complain(`${output.colors.red('gangway:')} ${textOf(described)}`);
  return exitCode;
}

function textOf({ message, fields = [] }: Omit<Described, 'exitCode'>): string {
  if (fields.length < 2) return message;
  const listed = fields.map(({ field, problem }) => `  ${field} ${problem}`);
  return ['Nothing was started. These fields are wrong:', ...listed].join('\n');
}

function describe(error: unknown): Described {
  if (error instanceof CommandError) return { exitCode: error.exitCode, code: error.code, message: error.message };
  if (error instanceof GangwayError) {
    const { code, message, fields, workflowId } = error;
    return {
      exitCode: exitOfError(code),
      code,
      message,
      ...(fields.length === 0 || code === 'ID_TAKEN' ? {} : { fields }),
      ...(workflowId === undefined ? {} : { workflowId }),
    };
  }
  const message = error instanceof Error ? error.message : 'failed for a reason unknown';
  if (error instanceof EventSourceError) {
    return { exitCode: EXIT_OF_SOURCE[error.code], code: error.code, message };
  }
  if (error instanceof CodecServerConfigError) return { exitCode: EXIT.badInput, code: 'BAD_SETTINGS', message };
  if (error instanceof GatewayConfigError) return { exitCode: EXIT.badInput, code: 'BAD_SETTINGS', message };
  if (error instanceof TemporalSettingsError) return { exitCode: EXIT.badInput, code: 'BAD_SETTINGS', message };
  if (error instanceof PayloadKeySettingsError) return { exitCode: EXIT.badInput, code: 'BAD_SETTINGS', message };
  if (error instanceof RetentionSettingsError) return { exitCode: EXIT.badInput, code: 'BAD_SETTINGS', message };
  if (error instanceof BookSettingsError) return { exitCode: EXIT.badInput, code: 'BAD_SETTINGS', message };
  if (error instanceof BookVersionError) return { exitCode: EXIT.failed, code: error.code, message };
  if (error instanceof NoPostgresError || error instanceof PostgresStartError) {
    return { exitCode: EXIT.failed, code: 'NO_BOOK', message };
  }
  if (error instanceof BookUnavailable) return { exitCode: EXIT.noTemporal, code: error.code, message };
  if (error instanceof DataDirectoryInUseError) return { exitCode: EXIT.badInput, code: 'DATA_IN_USE', message };
  const temporal =
    error instanceof NoTemporalServerError ||
    error instanceof TemporalServerStartError ||
    error instanceof SearchAttributesError;
  if (temporal) return { exitCode: EXIT.noTemporal, code: 'TEMPORAL_UNREACHABLE', message };
  return { exitCode: EXIT.failed, code: 'FAILED', message };
}

const EXIT_OF_SOURCE: Record<EventSourceError['code'], ExitCode> = {
  QUEUE_UNREACHABLE: EXIT.noTemporal,
  QUEUE_REFUSES: EXIT.badInput,
  BAD_SETTINGS: EXIT.badInput,
};
