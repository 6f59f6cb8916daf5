import { tooMuchAtOnce } from "../../errors.ts";

/** What the operations of one user may cost that are executed at the same time; a dearer one is executed by itself. */
export const mostAtOnce = 500;

/** Milliseconds that one waits for its turn. */
const patience = 10_000;

/** How many of one user wait. */
const maxWaiting = 1000;

/** The part of one operation in what is executed at the same time. */
export type Turn = {
  /**
   * Waits until the operation can be executed, behind those of the same user that came before.
   * @throws Refusal RATE_LIMITED where too many wait, or it takes too long
   */
  begin(cost: number): Promise<void>;
  /** Lets the next ones in. To be called however the operation ended, and whether it had begun or not. */
  end(): void;
};

type Waiting = { cost: number; start: () => void };
type User = { cost: number; waiting: Waiting[] };

/**
 * Makes what has the operations of each user executed in turn as far as they are dear: what one user's take in memory,
 * and in the way of others, is then bounded however many come at once. Users don't wait for each other.
 */
export function createConcurrency(most: number) {
  const users = new Map<string, User>();

  const fits = (user: User, cost: number) => user.cost === 0 || user.cost + cost <= most;

  function serve(id: string, user: User): void {
    for (let next = user.waiting[0]; next && fits(user, next.cost); next = user.waiting[0]) {
      user.waiting.shift();
      user.cost += next.cost;
      next.start();
    }
    if (user.cost === 0) users.delete(id);
  }

  function wait(id: string, user: User, cost: number): Promise<void> {
    if (user.waiting.length >= maxWaiting) throw tooMuchAtOnce();
    return new Promise((resolve, reject) => {
      const start = () => {
        clearTimeout(timer);
        resolve();
      };
      const waiting = { cost, start };
      const timer = setTimeout(() => {
        user.waiting.splice(user.waiting.indexOf(waiting), 1);
        reject(tooMuchAtOnce());
        serve(id, user);
      }, patience);
      user.waiting.push(waiting);
    });
  }

  return {
    /** @param userId who asks; somebody who is not signed in waits for nobody, since many share an address */
    open(userId: string | null): Turn {
      let finishOwn = () => {};
      return {
        async begin(operationCost) {
          if (userId === null) return;
          const cost = Math.max(1, operationCost);
          const user = users.get(userId) ?? { cost: 0, waiting: [] };
          users.set(userId, user);
          if (user.waiting.length === 0 && fits(user, cost)) user.cost += cost;
          else await wait(userId, user, cost);
          finishOwn = () => {
            user.cost -= cost;
            serve(userId, user);
          };
        },
        end() {
          finishOwn();
          finishOwn = () => {};
        },
      };
    },
  };
}
