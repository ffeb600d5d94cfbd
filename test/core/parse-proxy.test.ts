import { describe, expect, it } from 'vitest';
import { SmtpcheckError } from '../../src/core/errors.js';
import { parseProxy } from '../../src/core/parse-proxy.js';

function refusal(text: string, password?: string): SmtpcheckError {
  try {
    parseProxy(text, password);
  } catch (error) {
    if (error instanceof SmtpcheckError) return error;
    throw error;
  }
  throw new Error(`${text} was taken`);
}

describe('a proxy', () => {
  it.each([
    ['socks5://127.0.0.1:1080', { protocol: 'socks5', host: '127.0.0.1', port: 1080 }],
    ['socks5h://localhost', { protocol: 'socks5h', host: 'localhost', port: 1080 }],
    ['SOCKS5H://Proxy.Example.ORG.:9050/', { protocol: 'socks5h', host: 'proxy.example.org', port: 9050 }],
    ['socks5://[2001:db8::1]:1080', { protocol: 'socks5', host: '2001:db8::1', port: 1080 }],
    ['socks5://[::1]', { protocol: 'socks5', host: '::1', port: 1080 }],
    ['http://proxy.example.org:3128', { protocol: 'http', host: 'proxy.example.org', port: 3128 }],
    ['http://proxy.example.org:465', { protocol: 'http', host: 'proxy.example.org', port: 465 }],
    ['http://bücher.example:3128', { protocol: 'http', host: 'xn--bcher-kva.example', port: 3128 }],
  ])('%s', (text, proxy) => {
    expect(parseProxy(text)).toEqual(proxy);
    // A password that is set for other runs is none of this one's.
    expect(parseProxy(text, 'secret')).toEqual(proxy);
  });

  it.each([
    ['socks5://alice@p:1', 'alice'],
    ['socks5h://alice%40example.org@p:1', 'alice@example.org'],
    ['http://alice@example.org@p:1', 'alice@example.org'],
    ['socks5://a%3Ab@p:1', 'a:b'],
  ])('%s has a user', (text, user) => {
    expect(parseProxy(text, 'secret').login).toEqual({ user, password: 'secret' });
  });

  it.each([
    ['127.0.0.1:1080', 'without saying what it speaks'],
    ['proxy', 'without saying what it speaks'],
    ['', 'without saying what it speaks'],
    ['socks4://127.0.0.1:1080', '"socks4"'],
    ['socks://127.0.0.1:1080', '"socks"'],
    ['https://p:443', '"https"'],
    ['smtp://p:25', '"smtp"'],
    ['__proto__://p:25', 'without saying'],
    ['constructor://p:25', '"constructor"'],
    ['http://p', 'port of the HTTP proxy is missing'],
    ['socks5://', 'no host'],
    ['socks5://p:0', 'no host'],
    ['socks5://p:99999', 'no host'],
    ['socks5://p:x', 'no host'],
    ['socks5://p q', 'no host'],
    ['http://p:3128/path', 'nothing can follow'],
    ['http://p:3128?x', 'nothing can follow'],
    ['http://smtp://p:25', 'nothing can follow'],
    ['socks5://%zz@p:1', 'no escape'],
    ['socks5://@p:1', 'its user is none'],
    ['http://a%3Ab@p:1', 'its user is none'],
    [`socks5://${'a'.repeat(256)}@p:1`, 'at most 255'],
  ])('%s is none', (text, words) => {
    const error = refusal(text, 'x');
    expect(error.code).toBe('usage');
    expect(error.message).toContain(words);
  });

  it.each(['socks5://alice@p:1', 'http://alice@p:1'])('%s wants a password', (text) => {
    expect(refusal(text).hint).toContain('SMTPCHECK_PROXY_PASSWORD');
    expect(refusal(text, '').hint).toContain('SMTPCHECK_PROXY_PASSWORD');
  });

  it.each([
    'socks5://alice:s3cret@p:1',
    'socks5h://:s3cret@p:1',
    'http://alice:s3cret@p',
    'http://alice:s3c@s3cret@p:3128',
    'ftp://alice:s3cret@p:1',
    'socks5://alice:s3cret@p:99999',
    'socks5://s3cret@p:99999',
    'socks5://s3cret@p:1/x',
  ])('%s is refused, and what may be a password is not repeated', (text) => {
    const { message, hint } = refusal(text);
    expect(`${message} ${hint ?? ''}`).not.toContain('s3c');
  });
});
