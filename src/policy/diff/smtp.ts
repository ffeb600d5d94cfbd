import type { AuthReport } from '../../core/auth-report.js';
import type { EhloKeyword, Report } from '../../core/report.js';
import { changed, union, type Change } from './change.js';

/** STARTTLS, what EHLO offers before and inside TLS, and the login. The greeting is not compared: many hold the time. */
export function compareSmtp(before: Report, after: Report): readonly Change[] {
  const [old, fresh] = [before.smtp, after.smtp];
  const words = (value: string | null | undefined): string => value ?? 'not known';
  const worse = old?.starttls === 'offered' ? true : fresh?.starttls === 'offered' ? false : null;
  const known = typeof old?.starttls === 'string' && typeof fresh?.starttls === 'string';
  return [
    ...(before.target === null || after.target === null
      ? []
      : changed('smtp', 'STARTTLS', words(old?.starttls), words(fresh?.starttls), known ? worse : null)),
    ...compareEhlo('before TLS', old?.ehlo ?? null, fresh?.ehlo ?? null),
    ...compareEhlo('inside TLS', old?.ehloAfterTls ?? null, fresh?.ehloAfterTls ?? null),
    ...compareLogins(before.auth, after.auth),
  ];
}

type When = 'before TLS' | 'inside TLS';

/** Null is an EHLO that was not answered: of that nothing is said here, but of the session. */
function compareEhlo(
  when: When,
  old: readonly EhloKeyword[] | null,
  fresh: readonly EhloKeyword[] | null,
): Change[] {
  if (old === null || fresh === null) return [];
  const [a, b] = [byKeyword(old), byKeyword(fresh)];
  const keywords = union([...a.keys()], [...b.keys()]).filter(
    (keyword) => keyword !== 'AUTH' && keyword !== 'STARTTLS',
  );
  const mechanisms = union(a.get('AUTH') ?? [], b.get('AUTH') ?? []);
  // In the clear a password is read by whoever listens.
  const worseWhenThere = when === 'before TLS' ? true : null;
  return [
    ...keywords.flatMap((keyword) =>
      changed('smtp', `${keyword} ${when}`, params(a.get(keyword)), params(b.get(keyword))),
    ),
    ...mechanisms.flatMap((name) => {
      const [had, has] = [a, b].map((side) => side.get('AUTH')?.includes(name) === true);
      const worse = worseWhenThere === null ? null : has === true;
      return changed(
        'auth',
        `AUTH ${name} ${when}`,
        had === true ? 'offered' : null,
        has === true ? 'offered' : null,
        worse,
      );
    }),
  ];
}

/** Keywords in upper case with all their parameters: AUTH may come twice, as `AUTH PLAIN` and `AUTH=PLAIN`. */
function byKeyword(ehlo: readonly EhloKeyword[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { keyword, params: given } of ehlo) {
    const name = keyword.toUpperCase();
    const values = name === 'AUTH' ? given.map((value) => value.toUpperCase()) : given;
    found.set(name, union(found.get(name) ?? [], values));
  }
  return found;
}

function params(values: readonly string[] | undefined): string | null {
  if (values === undefined) return null;
  return values.length === 0 ? 'offered' : values.join(' ');
}

const UNDECIDED: readonly string[] = ['temporary-failure', 'not-attempted'];

function compareLogins(old: AuthReport | undefined, fresh: AuthReport | undefined): Change[] {
  if (old === undefined || fresh === undefined || old.user !== fresh.user) return [];
  const open = [old, fresh].some(({ result }) => UNDECIDED.includes(result));
  const worse = open ? null : old.result === 'accepted' ? true : fresh.result === 'accepted' ? false : null;
  return [
    ...changed('auth', `login of ${old.user}`, old.result, fresh.result, worse),
    ...changed('auth', 'mechanism of the login', old.mechanism, fresh.mechanism),
  ];
}
