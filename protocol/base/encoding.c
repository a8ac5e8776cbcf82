#include "protocol/base/encoding.h"

static const char hex_digits[] = "0123456789abcdef";
static const char base64url_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void hex_encode(const uint8_t *bytes, size_t size, char *out)
{
    for (size_t i = 0; i < size; i++) {
        out[2 * i] = hex_digits[bytes[i] >> 4];
        out[2 * i + 1] = hex_digits[bytes[i] & 15];
    }
    out[2 * size] = '\0';
}

/* The value of a lower-case digit, or -1. */
static int hex_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return -1;
}

enum result hex_decode(struct text_view text, uint8_t *out, size_t size)
{
    if (text.size % 2 || text.size / 2 != size)
        return RESULT_MALFORMED;
    for (size_t i = 0; i < text.size; i++)
        if (hex_value(text.data[i]) < 0)
            return RESULT_MALFORMED;
    for (size_t i = 0; i < size; i++)
        out[i] = (uint8_t)((unsigned)hex_value(text.data[2 * i]) << 4 |
                           (unsigned)hex_value(text.data[2 * i + 1]));
    return RESULT_OK;
}

static size_t base64url_length(size_t size)
{
    const size_t rest = size % 3;

    return size / 3 * 4 + (rest ? rest + 1 : 0);
}

/* The six bits of digit `i`; bits past the end of the bytes are zero. */
static unsigned sextet(const uint8_t *bytes, size_t size, size_t i)
{
    const size_t at = i * 6 / 8;
    const unsigned shift = (unsigned)(10 - i * 6 % 8);
    const unsigned next = at + 1 < size ? bytes[at + 1] : 0;
    const unsigned pair = (unsigned)bytes[at] << 8 | next;

    return pair >> shift & 63;
}

void base64url_encode(const uint8_t *bytes, size_t size, char *out)
{
    const size_t length = base64url_length(size);

    for (size_t i = 0; i < length; i++)
        out[i] = base64url_digits[sextet(bytes, size, i)];
    out[length] = '\0';
}

/* The value of a digit, or -1. */
static int base64url_value(char digit)
{
    if (digit >= 'A' && digit <= 'Z')
        return digit - 'A';
    if (digit >= 'a' && digit <= 'z')
        return digit - 'a' + 26;
    if (digit >= '0' && digit <= '9')
        return digit - '0' + 52;
    if (digit == '-')
        return 62;
    return digit == '_' ? 63 : -1;
}

/* Bits of the last digit that no byte uses have to be zero. */
static bool has_stray_bits(struct text_view text, size_t size)
{
    const unsigned mask = size % 3 == 1 ? 15 : size % 3 == 2 ? 3 : 0;

    if (!mask)
        return false;
    return ((unsigned)base64url_value(text.data[text.size - 1]) & mask) != 0;
}

enum result base64url_decode(struct text_view text, uint8_t *out, size_t size)
{
    unsigned bits = 0;
    unsigned bit_count = 0;
    size_t written = 0;

    if (text.size != base64url_length(size))
        return RESULT_MALFORMED;
    for (size_t i = 0; i < text.size; i++)
        if (base64url_value(text.data[i]) < 0)
            return RESULT_MALFORMED;
    if (has_stray_bits(text, size))
        return RESULT_MALFORMED;
    for (size_t i = 0; i < text.size; i++) {
        bits = (bits << 6 | (unsigned)base64url_value(text.data[i])) & 0xffff;
        bit_count += 6;
        if (bit_count >= 8) {
            bit_count -= 8;
            out[written++] = (uint8_t)(bits >> bit_count);
        }
    }
    return RESULT_OK;
}
