import { describeResets } from './resets';
import { coinmena } from './scenarios/coinmena';

describeResets(coinmena);
