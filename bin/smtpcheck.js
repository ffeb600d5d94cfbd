#!/usr/bin/env node
require('../dist/smtpcheck.cjs');
