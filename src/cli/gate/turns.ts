/**
 * Several things at once, but never two with one key: ports of one host are often one server, which counts connections by address.
 * Each begins in the order in which it was given.
 */
export class Turns {
  private readonly last = new Map<string, Promise<unknown>>();

  take<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.last.get(key) ?? Promise.resolve();
    const mine = before.then(task, task);
    this.last.set(key, mine);
    return mine;
  }
}
