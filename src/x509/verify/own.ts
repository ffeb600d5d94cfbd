/** A table's entry, never one of Object.prototype: the key comes out of a certificate. */
export function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
