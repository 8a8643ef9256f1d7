import { describeResets } from './resets';
import { coinify } from './scenarios/coinify';

describeResets(coinify);
