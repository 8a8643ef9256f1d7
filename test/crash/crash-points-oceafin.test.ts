import { describeCrashPoints } from './crash-points';
import { oceafin } from './scenarios/oceafin';

describeCrashPoints(oceafin);
