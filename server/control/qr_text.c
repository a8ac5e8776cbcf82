#include "server/control/qr_text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <qrencode.h>

/* The quiet zone that ISO/IEC 18004 asks for, in modules. */
enum { QUIET_ZONE = 4 };

/* Modules outside the code are light. */
static bool is_light(const QRcode *code, int x, int y)
{
    if (x < 0 || y < 0 || x >= code->width || y >= code->width)
        return true;
    return (code->data[y * code->width + x] & 1) == 0;
}

enum result qr_text(const char *text, char **out)
{
    static const char *const halves[2][2] = { { " ", "▄" }, { "▀", "█" } };
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    char *drawn = NULL;
    size_t size = 0;
    FILE *stream;

    if (!code)
        return errno == ERANGE ? RESULT_TOO_LARGE : RESULT_NO_MEMORY;
    stream = open_memstream(&drawn, &size);
    if (!stream) {
        QRcode_free(code);
        return RESULT_NO_MEMORY;
    }
    for (int y = -QUIET_ZONE; y < code->width + QUIET_ZONE; y += 2) {
        for (int x = -QUIET_ZONE; x < code->width + QUIET_ZONE; x++)
            (void)fputs(halves[is_light(code, x, y)][is_light(code, x, y + 1)],
                        stream);
        (void)fputc('\n', stream);
    }
    QRcode_free(code);
    if (fclose(stream) != 0) {
        free(drawn);
        return RESULT_NO_MEMORY;
    }
    *out = drawn;
    return RESULT_OK;
}
