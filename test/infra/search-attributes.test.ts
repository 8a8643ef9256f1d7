import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { encodeSearchAttributeIndexedValueType } from '@temporalio/common/lib/search-attributes';
import { msToTs } from '@temporalio/common/lib/time';
import { connect } from '../../temporal/connect';
import {
  ensureSearchAttributes,
  missingSearchAttributes,
  SearchAttributesError,
} from '../../temporal/search-attributes';
import { testTemporalAddress } from '../setup/temporal';

const ALL = ['Provider', 'PartnerClientId', 'FundingId', 'Stage', 'NeedsAttention'];

describe('search attributes', () => {
  let connection: Connection;

  beforeAll(async () => {
    connection = await connect({ address: testTemporalAddress(), namespace: 'default' });
  });

  afterAll(async () => {
    await connection.close();
  });

  async function newNamespace(): Promise<string> {
    const namespace = `test-${randomUUID()}`;
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    });
    // The server's own parts learn of a new namespace one after the other.
    for (;;) {
      try {
        await connection.operatorService.listSearchAttributes({ namespace });
        return namespace;
      } catch {
        await sleep(100);
      }
    }
  }

  it('are all there on a server that was started here', async () => {
    expect(await missingSearchAttributes(connection, 'default')).toEqual({ absent: [], conflicting: [] });
  });

  it('are registered if they lack, and registering them again changes nothing', async () => {
    const namespace = await newNamespace();
    const before = await missingSearchAttributes(connection, namespace);
    await ensureSearchAttributes(connection, namespace);
    await ensureSearchAttributes(connection, namespace);
    expect(before).toEqual({ absent: ALL, conflicting: [] });
    expect(await missingSearchAttributes(connection, namespace)).toEqual({ absent: [], conflicting: [] });
  });

  it('may be registered by two callers at once', async () => {
    const namespace = await newNamespace();
    await Promise.all([ensureSearchAttributes(connection, namespace), ensureSearchAttributes(connection, namespace)]);
    expect(await missingSearchAttributes(connection, namespace)).toEqual({ absent: [], conflicting: [] });
  });

  it('are refused if one is registered with another type', async () => {
    const namespace = await newNamespace();
    const int = encodeSearchAttributeIndexedValueType('INT');
    if (int === undefined) throw new Error('the SDK knows INT');
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: { Stage: int } });
    const refused = ensureSearchAttributes(connection, namespace);
    await expect(refused).rejects.toThrow(SearchAttributesError);
    await expect(refused).rejects.toThrow(/wanted Stage as Keyword/);
    expect(await missingSearchAttributes(connection, namespace)).toMatchObject({ conflicting: ['Stage'] });
  });
});
