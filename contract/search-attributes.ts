import { defineSearchAttributeKey } from '@temporalio/common';

/**
 * What operations people filter by in the Temporal UI. Never encrypted: opaque ids and closed words only.
 * They must be registered before a worker starts (temporal/search-attributes.ts): an unregistered one wedges
 * every workflow that sets it.
 */
export const PROVIDER = defineSearchAttributeKey('Provider', 'KEYWORD');
export const PARTNER_CLIENT_ID = defineSearchAttributeKey('PartnerClientId', 'KEYWORD');
export const FUNDING_ID = defineSearchAttributeKey('FundingId', 'KEYWORD');
/** A FundingStage or OnboardingStage. */
export const STAGE = defineSearchAttributeKey('Stage', 'KEYWORD');
/** The ParkReason a person must answer; unset if nothing waits for a person. */
export const NEEDS_ATTENTION = defineSearchAttributeKey('NeedsAttention', 'KEYWORD');

export const SEARCH_ATTRIBUTES = [PROVIDER, PARTNER_CLIENT_ID, FUNDING_ID, STAGE, NEEDS_ATTENTION] as const;
