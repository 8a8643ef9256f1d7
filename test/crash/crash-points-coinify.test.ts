import { describeCrashPoints } from './crash-points';
import { coinify } from './scenarios/coinify';

describeCrashPoints(coinify);
