import { describeResets } from './resets';
import { oceafin } from './scenarios/oceafin';

describeResets(oceafin);
