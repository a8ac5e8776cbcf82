#include "client/cli/cli_qr.h"

#include <openssl/crypto.h>
#include <qrencode.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The quiet zone that ISO/IEC 18004 asks for, in modules. */
enum { QUIET_ZONE = 4 };

/* Modules outside the code are light. */
static bool is_light(const QRcode *code, int x, int y)
{
    if (x < 0 || y < 0 || x >= code->width || y >= code->width)
        return true;
    return (code->data[y * code->width + x] & 1) == 0;
}

/* A line of the drawing holds two rows of the code. */
static void draw(const QRcode *code, FILE *out)
{
    static const char *const halves[2][2] = { { " ", "▄" }, { "▀", "█" } };
    int x, y;

    for (y = -QUIET_ZONE; y < code->width + QUIET_ZONE; y += 2) {
        for (x = -QUIET_ZONE; x < code->width + QUIET_ZONE; x++)
            (void)fputs(halves[is_light(code, x, y)][is_light(code, x, y + 1)],
                        out);
        (void)fputc('\n', out);
    }
}

enum result cli_qr_draw(const char *text, char **out)
{
    /* Little redundancy: a screen has no stains, and the code stays small. */
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L);
    char *drawn = NULL;
    size_t size = 0;
    FILE *stream;

    if (!code)
        return errno == ERANGE ? RESULT_TOO_LARGE : RESULT_NO_MEMORY;
    stream = open_memstream(&drawn, &size);
    if (stream)
        draw(code, stream);
    QRcode_free(code);
    if (!stream || fclose(stream) != 0) {
        free(drawn);
        return RESULT_NO_MEMORY;
    }
    *out = drawn;
    return RESULT_OK;
}

char *cli_qr_free(char *drawn)
{
    if (drawn)
        OPENSSL_cleanse(drawn, strlen(drawn));
    free(drawn);
    return NULL;
}
