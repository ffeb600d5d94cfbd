import type { Phase } from '../../core/errors.js';
import type { Target } from '../../core/target.js';
import type { TlsConnection, TlsObserver } from '../../probe/options.js';
import { endpoint } from '../../report/endpoint.js';
import { TlsTracer } from '../../wire/trace/tracer.js';
import type { Io } from '../io.js';
import { eventText } from './events.js';

/** `--trace`: what passes in the TLS of each connection, on stderr. */
export class Trace {
  private target: Target | null = null;
  private connections = 0;
  private hushed = false;

  constructor(private readonly io: Io) {}

  /** For `observeTls` of a probe. Targets are probed one after the other. */
  observe(connection: TlsConnection): TlsObserver {
    if (connection.target !== this.target) {
      this.target = connection.target;
      this.connections = 0;
      this.hushed = false;
    }
    this.connections += 1;
    const tracer = this.trace(heading(connection, this.connections));
    return {
      onRecordBytes: (direction, chunk) => tracer.bytes(direction, chunk),
      onKeylog: (line) => tracer.keylog(line),
      onEnd: () => tracer.end(),
    };
  }

  /**
   * From the login on the server may know the secret, and could put it in whatever shape into anything that it chooses, on later
   * connections too: of that only kinds and lengths are shown.
   */
  onPhase(phase: Phase): void {
    if (phase === 'auth') this.hushed = true;
  }

  private trace(head: string): TlsTracer {
    const width = this.io.stderrIsTty ? this.io.columns : Infinity;
    let begun = false;
    return new TlsTracer((event) => {
      if (!begun) this.io.stderr(head);
      begun = true;
      this.io.stderr(eventText(event, { width, hushed: this.hushed }));
    });
  }
}

function heading({ target, address }: TlsConnection, number: number): string {
  const at = address === target.host ? '' : ` at ${address}`;
  return `=== TLS with ${endpoint(target)}${at}${number === 1 ? '' : `, connection ${number}`}\n`;
}
