import { MOVEMENTS } from './0001-movements';
import { AUDIT } from './0002-audit';
import { PEOPLE } from './0003-people';
import { RECONCILIATION } from './0005-reconciliation';
import { EVENTS_OUT } from './0006-events-out';
import { LIMITS } from './0007-limits';
import { AUDIT_OF_RECONCILIATION } from './0008-audit-of-reconciliation';
import { DATA_KEYS } from './0009-data-keys';
import { FORGETTING } from './0010-forgetting';
import { BLIND_INDEX } from './0011-blind-index';
import { DECODES } from './0012-decodes';

/**
 * Every migration of the book, oldest first: a name for ever, and the SQL that leads from the one before it. One that has
 * been in a release is never changed: test/book/migrations.test.ts knows the hash of each.
 */
export const MIGRATIONS: readonly { readonly name: string; readonly sql: string }[] = [
  { name: '0001-movements', sql: MOVEMENTS },
  { name: '0002-audit', sql: AUDIT },
  { name: '0003-people', sql: PEOPLE },
  { name: '0005-reconciliation', sql: RECONCILIATION },
  { name: '0006-events-out', sql: EVENTS_OUT },
  { name: '0007-limits', sql: LIMITS },
  { name: '0008-audit-of-reconciliation', sql: AUDIT_OF_RECONCILIATION },
  { name: '0009-data-keys', sql: DATA_KEYS },
  { name: '0010-forgetting', sql: FORGETTING },
  { name: '0011-blind-index', sql: BLIND_INDEX },
  { name: '0012-decodes', sql: DECODES },
];
