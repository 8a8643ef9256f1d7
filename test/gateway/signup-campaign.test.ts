import { Rig } from '../setup/rig';
import { runCampaign } from './signup-campaign';

/** `npm run signup-campaign` sends 1,000. */
const EVENTS = Number(process.env['SIGNUP_CAMPAIGN_EVENTS'] ?? '60');
const FULL = 1_000;

test(
  'signups, every tenth delivered twice, the gateway killed in the middle: each client once, none lost',
  async () => {
    const rig = await Rig.start();
    try {
      const figures = await runCampaign(rig, EVENTS);
      if (EVENTS >= FULL) process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
      expect(figures).toMatchObject({
        events: EVENTS,
        deliveries: EVENTS + EVENTS / 10,
        kills: 1,
        clients: EVENTS,
        differentClients: EVENTS,
        documents: 2 * EVENTS,
        onboardingsDone: EVENTS,
      });
      expect(figures.unanswered).toBeGreaterThan(0);
      // Every repeated delivery, and what the kill left unanswered though it was stored.
      expect(figures.replayed).toBeGreaterThanOrEqual(EVENTS / 10);
    } finally {
      await rig.close();
    }
  },
  25 * 60_000,
);
