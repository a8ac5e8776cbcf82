#include "client/cli/cli_result.h"

#include "client/cli/cli_text.h"

/* Those that files and memory give; the others are a fault of the program. */
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
    return result_text(result);
}
