/** The exit codes for people (design section 3): one line each. */
export const EXIT_STATUS: readonly { readonly code: string; readonly name: string; readonly what: string }[] =
  [
    { code: '0', name: 'pass', what: 'measured, and everything asked for holds' },
    { code: '1', name: 'fail', what: 'measured, and something does not hold' },
    { code: '2', name: 'usage', what: 'bad arguments or files; nothing was sent' },
    { code: '3', name: 'error', what: 'no SMTP server was reached' },
    { code: '4', name: 'inconclusive', what: 'reached, but no answer' },
    { code: '70', name: 'bug', what: 'a bug in smtpcheck' },
    {
      code: '130',
      name: 'interrupted',
      what: 'by Ctrl-C; 143 terminated; what was measured is still printed',
    },
  ];
