/** A proxy to connect through, and who looks the server's name up. */
export interface ProxyServer {
  /**
   * curl's words: with `socks5` we look the name up and ask for an address (RFC 1928), with `socks5h` and `http` (CONNECT, RFC 9110
   * section 9.3.6) the proxy is asked for the name.
   */
  readonly protocol: ProxyProtocol;
  /** Host name in ASCII or a literal address without brackets. */
  readonly host: string;
  readonly port: number;
  /** For RFC 1929, or Basic (RFC 7617). */
  readonly login?: { readonly user: string; readonly password: string };
}

export type ProxyProtocol = 'socks5' | 'socks5h' | 'http';
