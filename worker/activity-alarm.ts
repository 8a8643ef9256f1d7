import type { ActivityInterceptorsFactory } from '@temporalio/worker';

/** Attempts after which an activity is worth a look: something stays wrong, or brings the worker down each time. */
const ALARMING_ATTEMPT = 25;

/** Logs when an activity begins yet another of very many attempts: before it runs, because it may crash the worker. */
export const activityAlarm: ActivityInterceptorsFactory = (context) => ({
  inbound: {
    async execute(input, next) {
      const { attempt, activityType } = context.info;
      if (attempt > ALARMING_ATTEMPT) context.log.warn('Activity repeated many times', { attempt, activityType });
      return await next(input);
    },
  },
});
