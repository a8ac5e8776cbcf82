#include "protocol/ballot/ballot_decimal.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

/* Nine digits at a time: the largest power of ten in 32 bits. */
enum {
    LIMB_MAX = BALLOT_DECIMAL_SIZE / 4,
    CHUNK_DIGITS = 9,
    CHUNK = 1000000000,
    CHUNK_MAX = 69 /* 617 digits, rounded up */
};

static void limbs_of_bytes(const uint8_t *bytes, size_t count, uint32_t *limbs)
{
    for (size_t i = 0; i < count; i++) {
        const uint8_t *b = &bytes[4 * (count - 1 - i)];

        limbs[i] = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
                   (uint32_t)b[2] << 8 | b[3];
    }
}

static void bytes_of_limbs(const uint32_t *limbs, size_t count, uint8_t *bytes)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t *b = &bytes[4 * (count - 1 - i)];

        b[0] = (uint8_t)(limbs[i] >> 24);
        b[1] = (uint8_t)(limbs[i] >> 16);
        b[2] = (uint8_t)(limbs[i] >> 8);
        b[3] = (uint8_t)limbs[i];
    }
}

/* Divides by CHUNK, drops leading zero limbs, returns the remainder. */
static uint32_t take_chunk(uint32_t *limbs, size_t *count)
{
    uint64_t remainder = 0;

    for (size_t i = *count; i > 0; i--) {
        uint64_t value = remainder << 32 | limbs[i - 1];

        limbs[i - 1] = (uint32_t)(value / CHUNK);
        remainder = value % CHUNK;
    }
    while (*count > 0 && limbs[*count - 1] == 0)
        (*count)--;
    return (uint32_t)remainder;
}

static void write_chunk(uint32_t chunk, char *out)
{
    for (size_t i = CHUNK_DIGITS; i > 0; i--) {
        out[i - 1] = (char)('0' + chunk % 10);
        chunk /= 10;
    }
}

void ballot_decimal_write(const uint8_t *bytes, size_t size, char *out)
{
    uint32_t limbs[LIMB_MAX];
    char digits[CHUNK_MAX * CHUNK_DIGITS];
    size_t count = size / 4;
    size_t start = sizeof digits;

    assert(size % 4 == 0 && size > 0 && size <= BALLOT_DECIMAL_SIZE);
    limbs_of_bytes(bytes, count, limbs);
    do {
        uint32_t chunk = take_chunk(limbs, &count);

        start -= CHUNK_DIGITS;
        write_chunk(chunk, &digits[start]);
    } while (count > 0);
    while (start < sizeof digits - 1 && digits[start] == '0')
        start++;
    memcpy(out, &digits[start], sizeof digits - start);
    out[sizeof digits - start] = '\0';
}

/* limbs * scale + addend; false where it does not fit. */
static bool append(uint32_t *limbs, size_t count, uint32_t scale,
                   uint32_t addend)
{
    uint64_t carry = addend;

    for (size_t i = 0; i < count; i++) {
        uint64_t value = (uint64_t)limbs[i] * scale + carry;

        limbs[i] = (uint32_t)value;
        carry = value >> 32;
    }
    return carry == 0;
}

static bool is_canonical(struct text_view text)
{
    if (text.size == 0 || (text.size > 1 && text.data[0] == '0'))
        return false;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
    }
    return true;
}

enum result ballot_decimal_parse(struct text_view text, uint8_t *out,
                                 size_t size)
{
    uint32_t limbs[LIMB_MAX] = { 0 };
    size_t position = 0;

    assert(size % 4 == 0 && size > 0 && size <= BALLOT_DECIMAL_SIZE);
    if (text.size > (size_t)CHUNK_MAX * CHUNK_DIGITS || !is_canonical(text))
        return RESULT_MALFORMED;
    while (position < text.size) {
        uint32_t scale = 1;
        uint32_t chunk = 0;

        for (; position < text.size && scale < CHUNK; position++) {
            chunk = chunk * 10 + (uint32_t)(text.data[position] - '0');
            scale *= 10;
        }
        if (!append(limbs, size / 4, scale, chunk))
            return RESULT_MALFORMED;
    }
    bytes_of_limbs(limbs, size / 4, out);
    return RESULT_OK;
}
