/*
 * chibod that tells some of its clients another history than it holds: the
 * clients have to find out. What is told to whom comes over the administrator's
 * socket (tests/support/lying/lies.h); without a lie it is the real server.
 */
#include "server/chibod.h"
#include "tests/support/lying/event_book.h"
#include "tests/support/lying/held.h"
#include "tests/support/lying/lies.h"

int main(int argument_count, char **arguments)
{
    static const struct chibod_faults none;
    int exit_code = chibod_main(argument_count, arguments, &none);

    lies_forget();
    held_forget();
    event_book_close();
    return exit_code;
}
