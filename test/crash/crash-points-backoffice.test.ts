import { describeCrashPoints } from './crash-points';
import { backoffice } from './scenarios/backoffice';

describeCrashPoints(backoffice);
