#include "tests/support/cli_typing.h"

#include "client/cli/cli_command.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>

#include <cmocka.h>

void assert_typed(const struct meeting_view *view, const char *line,
                  const char *expected)
{
    char text[200];
    struct cli_typed typed;
    json_t *wanted = expected ? json_loads(expected, 0, NULL) : NULL;

    (void)snprintf(text, sizeof text, "%s", line);
    cli_command_read(view, &view->log, text, &typed);
    if (!expected) {
        assert_int_equal(typed.action, CLI_ACTION_NONE);
        assert_true(typed.problem[0] != '\0');
        return;
    }
    assert_int_equal(typed.action, CLI_ACTION_SEND);
    assert_non_null(wanted);
    (void)json_object_set_new(wanted, "log", json_string("org.1"));
    if (!json_equal(typed.command, wanted))
        fail_msg("%s: %s", line, json_dumps(typed.command, 0));
    json_decref(typed.command);
    json_decref(wanted);
}
