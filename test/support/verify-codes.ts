/** Every X509_V_ERR number that OpenSSL 3 has, 0 left out (x509_vfy.h). */
export const VERIFY_CODES: readonly number[] = Array.from({ length: 94 }, (_, i) => i + 1);
