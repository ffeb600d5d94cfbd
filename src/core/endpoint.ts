/** `mx.example.org:25`, `[2001:db8::25]:25`. */
export function endpoint({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
