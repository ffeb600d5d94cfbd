/** The Diffie-Hellman primes that a server was seen to use, each once, whichever probe saw it. */
export class PrimeBook {
  private readonly seen = new Map<string, Uint8Array>();

  /** Enters a prime; null, of a key exchange without one, is passed over. */
  note(prime: Uint8Array | null | undefined): void {
    if (prime === null || prime === undefined) return;
    const key = Buffer.from(prime).toString('latin1');
    if (!this.seen.has(key)) this.seen.set(key, prime);
  }

  /** In the order in which they were first seen. */
  all(): readonly Uint8Array[] {
    return [...this.seen.values()];
  }
}
