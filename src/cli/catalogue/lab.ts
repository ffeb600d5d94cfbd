import { runDemo } from '../commands/demo.js';
import { LAB_OPTIONS, runLab } from '../commands/lab.js';
import type { CommandSpec } from './spec.js';

export const LAB: CommandSpec = {
  name: 'lab',
  summary: 'run a farm of good and bad mail servers on loopback',
  options: LAB_OPTIONS,
  examples: [
    { line: 'lab --list', what: 'the servers, and what each must give' },
    { line: 'lab --port 20300', what: 'all of them, from this port on' },
  ],
  run: (raw, _words, io, signal) => runLab(raw, io, signal),
};

export const DEMO: CommandSpec = {
  name: 'demo',
  summary: 'start the lab, check one good and two bad servers, and explain',
  options: {},
  examples: [],
  run: (_raw, _words, io, signal) => runDemo(io, signal),
};
