import { describe, expect, it } from 'vitest';
import { runMain } from '../support/run-cli.js';

/*
 * Who knows tls and scan gives their options and targets to a gate, where a file has them. That was answered with
 * "smtpcheck --help lists what there is", which lists no option at all.
 */

describe('a command line that means something else', () => {
  it.each<[string, RegExp]>([
    [
      'gate mx.example.org',
      /mx\.example\.org: there is no such file\nhint: .*smtpcheck init mx\.example\.org/,
    ],
    ['gate smtps://mx.example.org', /hint: .*smtpcheck init smtps:\/\/mx\.example\.org writes one/],
    ['gate nofile.yaml', /hint: smtpcheck init mail\.example\.org -o nofile\.yaml writes one/],
    ['gate --profile modern', /unknown argument: profile\nhint: write profile: NAME into the gate's file/],
    ['gate --timeout 5s', /hint: write timeout into the gate's file/],
    ['gate -4', /hint: write ipv4 into the gate's file/],
    ['gate --pin sha256:00', /hint: write expect: \{ cert-sha256/],
    ['gate --tls1.2', /hint: .*smtpcheck tls has --tls1\.2/],
    ['gate --bogus', /hint: smtpcheck gate --help lists what there is/],
    // The hint was the text of a function of JavaScript.
    ['gate --constructor', /unknown argument: constructor\nhint: smtpcheck gate --help/],
    ['gate --format xml', /--format takes text or json .*, not "xml"\nhint: JUnit XML is --format junit/],
    ['gate --format=jnit', /not "jnit"\nhint: did you mean junit\?/],
    ['gate -o', /-o needs a value\nhint: such as: -o FILE/],
    ['judge x.json --timeout 5s', /hint: that is an option of tls, .*; smtpcheck judge --help lists its own/],
    ['profiles shwo mx', /hint: smtpcheck profiles show mx\n/],
    ['profiles mxx', /hint: smtpcheck profiles show mx\n/],
    ['profiles list', /hint: smtpcheck profiles lists them/],
  ])('%s', async (line, words) => {
    const { stdout, stderr, code } = await runMain(line.split(' '));
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
    expect(stderr).toMatch(words);
  });
});
