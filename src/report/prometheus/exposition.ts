import { escapeForTerminal } from '../escape.js';

/** One series: its labels, and a number; NaN is what is not known. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric with all of its series. All of ours are gauges: the textfile collector reads what one run measured. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** The text format of Prometheus, version 0.0.4. A metric without series is left out whole. */
export function exposition(metrics: readonly Metric[]): string {
  return metrics
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, help, samples }) => {
      const lines = samples.map(({ labels, value }) => `${name}${labelText(labels)} ${number(value)}\n`);
      return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('')}`;
    })
    .join('');
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${labelValue(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** Visible first, and then as the format wants it: no line end is left to be escaped by then. */
function labelValue(value: string): string {
  return escapeForTerminal(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}

function number(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
}

/** A set of states (as kube-state-metrics has it): a series for each, 1 for the one that holds. No series comes or goes with a state. */
export function stateSet(
  labels: Readonly<Record<string, string>>,
  name: string,
  states: readonly string[],
  current: string | null,
): Sample[] {
  return states.map((state) => ({ labels: { ...labels, [name]: state }, value: state === current ? 1 : 0 }));
}
