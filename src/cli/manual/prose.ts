/*
 * What the manual says that is in no table: mdoc(7) source, a sentence a line.
 */

export const DESCRIPTION = `.Nm
tells the truth about the TLS of a mail server.
It takes the place of
.Ql openssl s_client \\-starttls smtp
when a server is set up, judges a certificate before it is deployed, tries a login without giving the password away,
and stops a bad server in a pipeline: it exits 0 only when everything was measured and holds.
.Pp
A chain is trusted only when OpenSSL says so and a path validation of smtpcheck's own says so too.
What closes, resets, stays silent or puts off has not answered: that is inconclusive, neither a pass nor a fail.
A protocol, suite, group or signature scheme that was asked for and not negotiated is a failure.
.Pp
A target is
.Ar host ,
.Ar host : Ns Ar port ,
.Ql [2001:db8::1]:25
or a URL with the scheme
.Cm smtp ,
.Cm submission ,
.Cm smtps ,
.Cm submissions
or
.Cm lmtp .
Port 465 implies TLS from the first byte.
Several targets, or files, give a report each, in order.
.Pp
Durations are written as
.Ql 500ms ,
.Ql 20s ,
.Ql 5m ,
.Ql 21d .
The report goes to standard output, everything else to standard error.
A file named
.Ql \\-
is standard input, for one option at a time.`;

export const EXIT_STATUS_NOTE = `Of several targets or files the worst counts, in the order 130 or 143, 70, 1, 4, 3, 0.
What a proxy says of itself is never a verdict on the server behind it: it is inconclusive.`;

export const SECURITY = `Passwords and tokens are never arguments, which every user of a machine can read.
They come from a file, the environment, or a hidden prompt, and are in no report, transcript, dump or error.
.Pp
.Cm auth
sends credentials only inside TLS, and only to a server whose chain and name have verified;
.Fl \\-insecure\\-auth
sends them to whoever answers.
One user, one attempt a mechanism: it is no tool for guessing passwords.
.Pp
Text of servers is escaped before it reaches a terminal.
What
.Fl \\-json
prints is escaped too, what a JSON parser makes of it is not.
.Pp
.Fl \\-debug
shows the octets of the connection to the mail server as they travel: what is inside TLS stays encrypted, and what was said to a proxy is
left out.`;

export const SEE_ALSO = `.Xr openssl 1 ,
.Xr posttls\\-finger 1`;

export const STANDARDS = `.Rs
.%R RFC 3207
.%T SMTP Service Extension for Secure SMTP over TLS
.Re
.Pp
.Rs
.%R RFC 4954
.%T SMTP Service Extension for Authentication
.Re
.Pp
.Rs
.%R RFC 5280
.%T Internet X.509 Public Key Infrastructure Certificate and CRL Profile
.Re
.Pp
.Rs
.%R RFC 7672
.%T SMTP Security via Opportunistic DANE TLS
.Re
.Pp
.Rs
.%R RFC 8446
.%T The TLS Protocol Version 1.3
.Re
.Pp
.Rs
.%R RFC 9525
.%T Service Identity in TLS
.Re`;

export const BUGS = `The OpenSSL inside Node.js cannot offer SSLv3, RC4, 3DES, EXPORT suites or DH groups under 1024 bits; asked for one of them,
.Nm
says so and exits 4.
.Pp
One handshake shows one choice of the server, not what else it would accept.
.Pp
Revocation is known from a staple or from lists in files, TLSA records from the command line: nothing of it is asked for over the
network.
.Pp
.Ev ALL_PROXY ,
.Ev https_proxy
and their like are not looked at, on purpose.`;
