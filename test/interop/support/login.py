"""Logs in over STARTTLS, as an independent client: PLAIN, LOGIN and CRAM-MD5 by smtplib, SCRAM by hashlib and hmac.

login.py PORT CAFILE HOSTNAME MECHANISM USER, the password on stdin. Prints the code of the last reply.
"""

import base64
import hashlib
import hmac
import os
import smtplib
import ssl
import sys


def scram(smtp, mechanism, user, password):
    digest = 'sha' + mechanism.rsplit('-', 1)[1]
    sign = lambda key, text: hmac.new(key, text.encode(), digest).digest()
    encode = lambda data: base64.b64encode(data).decode()
    nonce = encode(os.urandom(18))
    bare = 'n=%s,r=%s' % (user.replace('=', '=3D').replace(',', '=2C'), nonce)
    code, said = smtp.docmd('AUTH', '%s %s' % (mechanism, encode(('n,,' + bare).encode())))
    if code != 334:
        return code
    challenge = base64.b64decode(said).decode()
    fields = dict(field.split('=', 1) for field in challenge.split(','))
    if not fields['r'].startswith(nonce):
        raise ValueError('the nonce does not extend ours')
    salted = hashlib.pbkdf2_hmac(digest, password.encode(), base64.b64decode(fields['s']), int(fields['i']))
    final = 'c=biws,r=' + fields['r']
    signed = ','.join([bare, challenge, final])
    key = sign(salted, 'Client Key')
    proof = bytes(a ^ b for a, b in zip(key, sign(hashlib.new(digest, key).digest(), signed)))
    code, said = smtp.docmd(encode((final + ',p=' + encode(proof)).encode()))
    if code != 334:
        return code
    if base64.b64decode(said).decode() != 'v=' + encode(sign(sign(salted, 'Server Key'), signed)):
        raise ValueError('the server does not know the password')
    return smtp.docmd('')[0]


def login(smtp, mechanism, user, password):
    smtp.user, smtp.password = user, password
    methods = {'PLAIN': smtp.auth_plain, 'LOGIN': smtp.auth_login, 'CRAM-MD5': smtp.auth_cram_md5}
    if mechanism not in methods:
        return scram(smtp, mechanism, user, password)
    try:
        return smtp.auth(mechanism, methods[mechanism])[0]
    except smtplib.SMTPAuthenticationError as error:
        return error.smtp_code


def main():
    port, ca_file, hostname, mechanism, user = sys.argv[1:]
    password = sys.stdin.buffer.read().decode()
    with smtplib.SMTP('127.0.0.1', int(port), timeout=10) as smtp:
        # smtplib takes the name that the certificate must have from here.
        smtp._host = hostname
        smtp.starttls(context=ssl.create_default_context(cafile=ca_file))
        smtp.ehlo()
        print(login(smtp, mechanism, user, password))


main()
