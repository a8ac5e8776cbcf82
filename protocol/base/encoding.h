/*
 * Bytes as text: lower-case hexadecimal and unpadded base64url. Decoders take
 * the canonical form only: whatever they accept encodes to the same text.
 */
#ifndef PROTOCOL_BASE_ENCODING_H
#define PROTOCOL_BASE_ENCODING_H

#include "protocol/base/result.h"
#include "protocol/base/text.h"

#include <stddef.h>
#include <stdint.h>

/* Size of the NUL-terminated text of `n` bytes. */
#define HEX_SIZE(n) (2 * (n) + 1)
#define BASE64URL_SIZE(n) (((n)*4 + 2) / 3 + 1)

/* Writes 2*size digits and a NUL; `out` holds HEX_SIZE(size). */
void hex_encode(const uint8_t *bytes, size_t size, char *out);

/* Exactly 2*size lower-case digits, or RESULT_MALFORMED with `out` untouched.
 */
MUST_USE enum result hex_decode(struct text_view text, uint8_t *out,
                                size_t size);

/* Writes the digits without padding and a NUL. */
void base64url_encode(const uint8_t *bytes, size_t size, char *out);

/* Exactly `size` bytes, canonical, or RESULT_MALFORMED. */
MUST_USE enum result base64url_decode(struct text_view text, uint8_t *out,
                                      size_t size);

#endif
