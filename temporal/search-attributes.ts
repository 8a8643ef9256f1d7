import type { Connection } from '@temporalio/client';
import type { SearchAttributeType } from '@temporalio/common';
import { encodeSearchAttributeIndexedValueType } from '@temporalio/common/lib/search-attributes';
import { SEARCH_ATTRIBUTES } from '../contract/search-attributes';
import { grpcStatus, GRPC } from './grpc-status';

/** What a namespace lacks: attributes that are not registered, and attributes registered with another type. */
export interface MissingSearchAttributes {
  readonly absent: readonly string[];
  readonly conflicting: readonly string[];
}

/** Thrown if a namespace cannot be given the search attributes. Its message says what a person must do. */
export class SearchAttributesError extends Error {
  override readonly name = 'SearchAttributesError';

  constructor(
    readonly missing: MissingSearchAttributes,
    namespace: string,
  ) {
    super(describe(missing, namespace));
  }
}

/** The number that stands for a type on the wire. */
function wireType(type: SearchAttributeType) {
  const number = encodeSearchAttributeIndexedValueType(type);
  if (number === undefined) throw new RangeError(`the SDK knows no search attribute of type ${type}`);
  return number;
}

const CLI_TYPES = {
  TEXT: 'Text',
  KEYWORD: 'Keyword',
  INT: 'Int',
  DOUBLE: 'Double',
  BOOL: 'Bool',
  DATETIME: 'Datetime',
  KEYWORD_LIST: 'KeywordList',
} as const satisfies Record<SearchAttributeType, string>;

/** The contract's search attributes as the CLI writes them, such as `Provider=Keyword`. */
export function searchAttributesForCli(): readonly string[] {
  return SEARCH_ATTRIBUTES.map(({ name, type }) => `${name}=${CLI_TYPES[type]}`);
}

/**
 * Which of the contract's search attributes a namespace lacks. A client that may not list them, such as one with an API key
 * of Temporal Cloud, asks for workflows by each of them instead: one of another type is then among the absent.
 */
export async function missingSearchAttributes(
  connection: Connection,
  namespace: string,
): Promise<MissingSearchAttributes> {
  try {
    return await missingOfList(connection, namespace);
  } catch (error) {
    if (!isForbidden(error)) throw error;
    return await missingInQueries(connection, namespace);
  }
}

/** Whether this client may not call what it called, or nobody can. */
function isForbidden(error: unknown): boolean {
  const status = grpcStatus(error);
  return status === GRPC.PERMISSION_DENIED || status === GRPC.UNIMPLEMENTED;
}

async function missingInQueries(connection: Connection, namespace: string): Promise<MissingSearchAttributes> {
  const absent: string[] = [];
  for (const { name } of SEARCH_ATTRIBUTES) {
    if (!(await canBeQueried(connection, namespace, name))) absent.push(name);
  }
  return { absent, conflicting: [] };
}

/** Whether workflows can be looked for by a keyword. */
async function canBeQueried(connection: Connection, namespace: string, name: string): Promise<boolean> {
  try {
    await connection.workflowService.countWorkflowExecutions({ namespace, query: `${name} = 'any'` });
    return true;
  } catch (error) {
    if (grpcStatus(error) === GRPC.INVALID_ARGUMENT) return false;
    throw error;
  }
}

async function missingOfList(connection: Connection, namespace: string): Promise<MissingSearchAttributes> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return {
    absent: SEARCH_ATTRIBUTES.map(({ name }) => name).filter((name) => customAttributes[name] === undefined),
    conflicting: SEARCH_ATTRIBUTES.filter(({ name, type }) => {
      const registered = customAttributes[name];
      return registered !== undefined && registered !== wireType(type);
    }).map(({ name }) => name),
  };
}

/**
 * Registers the contract's search attributes that a namespace lacks. To be called before a worker starts: an
 * unregistered attribute wedges every workflow that sets it. Calling it again changes nothing; two callers at once are
 * harmless. If the caller may not register attributes, it only checks that they are there.
 *
 * @returns those that were registered
 * @throws SearchAttributesError if one has another type, or is absent and may not be registered
 */
export async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<readonly string[]> {
  const before = await missingSearchAttributes(connection, namespace);
  if (before.conflicting.length > 0) throw new SearchAttributesError(before, namespace);
  if (before.absent.length === 0) return [];
  const wanted = SEARCH_ATTRIBUTES.filter(({ name }) => before.absent.includes(name));
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(wanted.map(({ name, type }) => [name, wireType(type)])),
    });
  } catch (error) {
    const another = grpcStatus(error) === GRPC.ALREADY_EXISTS;
    if (!another && !isForbidden(error)) throw error;
  }
  const after = await missingSearchAttributes(connection, namespace);
  if (after.absent.length > 0 || after.conflicting.length > 0) throw new SearchAttributesError(after, namespace);
  return before.absent;
}

function describe({ absent, conflicting }: MissingSearchAttributes, namespace: string): string {
  const sentences: string[] = [];
  if (absent.length > 0) {
    const flags = SEARCH_ATTRIBUTES.filter(({ name }) => absent.includes(name))
      .map(({ name, type }) => `--name ${name} --type ${CLI_TYPES[type]}`)
      .join(' ');
    sentences.push(
      `Namespace ${namespace} lacks the search attributes ${absent.join(', ')}.`,
      `An operator can add them: temporal operator search-attribute create --namespace ${namespace} ${flags}`,
    );
  }
  if (conflicting.length > 0) {
    const wanted = SEARCH_ATTRIBUTES.filter(({ name }) => conflicting.includes(name))
      .map(({ name, type }) => `${name} as ${CLI_TYPES[type]}`)
      .join(', ');
    sentences.push(
      `Namespace ${namespace} has search attributes of another type than Gangway's: wanted ${wanted}.`,
      'Use another namespace, or remove them first.',
    );
  }
  return sentences.join(' ');
}
