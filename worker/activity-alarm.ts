import type { ActivityInterceptorsFactory } from '@temporalio/worker';

/** Attempts after which an activity is worth a look: something stays wrong, or brings the worker down each time. */
const ALARMING_ATTEMPT = 25;

/** Says so in the log when an activity begins its attempt for the umpteenth time; before it runs, for it may crash. */
export const activityAlarm: ActivityInterceptorsFactory = (context) => ({
  inbound: {
    async execute(input, next) {
      const { attempt, activityType } = context.info;
      if (attempt > ALARMING_ATTEMPT) context.log.warn('Activity repeated many times', { attempt, activityType });
      return await next(input);
    },
  },
});
