#include "client/cli/cli_result.h"

#include "client/cli/cli_text.h"

/* Those that come from outside; the others are a fault of the program. */
const char *cli_result_words(enum result result)
{
    if (result == RESULT_IO)
        return _("the disk or the folder refuses");
    if (result == RESULT_NO_MEMORY)
        return _("there is not enough memory");
    if (result == RESULT_EXISTS)
        return _("there is something in its place");
    if (result == RESULT_INVALID)
        return _("the name is unfit, or it is no plain file");
    if (result == RESULT_CRYPTO)
        return _("the system's cryptography fails");
    if (result == RESULT_NOT_FOUND)
        return _("it is not there");
    if (result == RESULT_CLOSED)
        return _("it has ended, or nothing answers");
    if (result == RESULT_MALFORMED || result == RESULT_TRUNCATED ||
        result == RESULT_CORRUPT)
        return _("it is damaged, or of another kind");
    if (result == RESULT_UNSUPPORTED)
        return _("this program or computer cannot do it");
    if (result == RESULT_TOO_LARGE || result == RESULT_FULL)
        return _("it is too much at once");
    if (result == RESULT_BUSY)
        return _("it is in use: try again in a moment");
    return result_text(result);
}
