import { describeCrashPoints } from './crash-points';
import { coinmena } from './scenarios/coinmena';

describeCrashPoints(coinmena);
