import type { Report } from '../../core/report.js';
import { labelsOf } from '../labels.js';
import { exposition } from './exposition.js';
import { METRICS } from './metrics.js';

/** Gauges for the textfile collector of node_exporter: one file a run. */
export function renderPrometheus(reports: readonly Report[]): string {
  const targets = labelsOf(reports);
  return exposition(
    METRICS.map(({ name, help, samplesOf }) => ({
      name,
      help,
      samples: uniquely(
        reports.flatMap((report, i) =>
          samplesOf(report, { target: targets[i] ?? '', command: report.command }),
        ),
      ),
    })),
  );
}

/** A collector refuses the whole file for two series with the same labels; a rule that was judged twice is said once. */
function uniquely<T extends { readonly labels: object }>(samples: readonly T[]): T[] {
  const seen = new Set<string>();
  return samples.filter(({ labels }) => {
    const key = JSON.stringify(labels);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
