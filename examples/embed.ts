import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { connectGangway, GangwayError, type FundingInput, type Gangway, type OnboardingInput } from 'gangway';

/**
 * Gangway in a process of your own: onboards a client, moves its money once, and reads where the two stand. It needs a
 * Temporal server and a worker, such as `npx gangway up` has. Run it again: it finds what it began before.
 */

/** The worker must be allowed to read here (GANGWAY_DOCUMENT_ROOTS). */
const DOCUMENTS = join(__dirname, 'documents');

const application: OnboardingInput = {
  provider: 'coinmena',
  partnerClientId: 'embedded-client-1',
  applicant: {
    name: 'Amina Specimen',
    email: 'amina.specimen@example.test',
    phone: '+97300000001',
    residency: 'bh',
    citizenship: 'bh',
    placeOfBirth: 'bh',
    birthDate: '1990-01-15',
    governmentId: { number: '900000001', expiresOn: '2041-01-15' },
    address: { street: '123 Example Street', city: 'Manama', postalCode: '12345' },
    employment: {
      status: 'employed',
      company: 'Example Works',
      industry: 'information_technology_telco',
      level: 'senior',
      title: 'Software Engineer',
    },
    tradingVolume: '10001_25000',
    accountPurposes: ['short_term_trading', 'converting_crypto_to_fiat'],
  },
  documents: [
    { type: 'government_id', front: { uri: fileUri('id-front.jpg') }, back: { uri: fileUri('id-back.jpg') } },
    { type: 'proof_of_address', front: { uri: fileUri('utility-bill.pdf') } },
  ],
};

const deposit: FundingInput = {
  provider: 'coinmena',
  fundingId: 'embedded-deposit-1', // yours: the same id moves money once only
  kind: 'deposit',
  partnerClientId: application.partnerClientId,
  asset: 'USD',
  amount: '250.00', // always text
};

async function main(): Promise<void> {
  const gangway = await connectGangway(); // TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, ...
  try {
    const onboarding = await gangway.onboard(application);
    console.log(`${onboarding.workflowId}: ${onboarding.started}`);
    if (!(await isDone(gangway, onboarding.workflowId))) return;

    const funding = await gangway.fund(deposit);
    console.log(`${funding.workflowId}: ${funding.started}`);
    if (!(await isDone(gangway, funding.workflowId))) return;

    const { order, balanceAfter } = await funding.result();
    console.log(`order ${order?.status ?? 'not known'}, ${balanceAfter?.available ?? '?'} ${deposit.asset} available`);
  } catch (error) {
    if (!(error instanceof GangwayError)) throw error;
    console.error(error.code, error.message, error.fields);
    process.exitCode = 1;
  } finally {
    await gangway.close();
  }
}

/** Follows a flow to its end, or to a question that a person must answer. */
async function isDone(gangway: Gangway, id: string): Promise<boolean> {
  await gangway.follow({ id }, (event) => console.error(event), { untilParked: true });
  const { state, parked, failure } = await gangway.status({ id });
  console.log(`${id}: ${state}`, parked?.because ?? failure?.message ?? '');
  return state === 'done';
}

function fileUri(name: string): string {
  return pathToFileURL(join(DOCUMENTS, name)).href;
}

void main();
