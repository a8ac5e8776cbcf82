#include "server/control/chiboctl.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *chiboctl_option(const struct chiboctl *ctl, const char *name)
{
    for (size_t i = ctl->option_count; i > 0; i--)
        if (strcmp(ctl->options[i - 1].name, name) == 0)
            return ctl->options[i - 1].value;
    return NULL;
}

bool chiboctl_has(const struct chiboctl *ctl, const char *name)
{
    for (size_t i = 0; i < ctl->option_count; i++)
        if (strcmp(ctl->options[i].name, name) == 0)
            return true;
    return false;
}

size_t chiboctl_each(const struct chiboctl *ctl, const char *name,
                     const char **values, size_t max)
{
    size_t count = 0;

    for (size_t i = 0; i < ctl->option_count; i++) {
        if (strcmp(ctl->options[i].name, name) != 0)
            continue;
        if (count < max)
            values[count] = ctl->options[i].value;
        count++;
    }
    return count;
}

int chiboctl_fail(int code, const char *format, ...)
{
    va_list arguments;

    (void)fputs("chiboctl: ", stderr);
    va_start(arguments, format);
    (void)vfprintf(stderr, format, arguments);
    va_end(arguments);
    (void)fputc('\n', stderr);
    return code;
}

bool chiboctl_load_config(struct chiboctl *ctl)
{
    static const char installed[] = "/etc/chibo/chibod.conf";
    const char *path = chiboctl_option(ctl, "config");
    char error[CONFIG_ERROR_SIZE];

    if (ctl->has_config)
        return true;
    if (!path)
        path = getenv("CHIBO_CONFIG");
    if (!path && access(installed, R_OK) == 0)
        path = installed;
    if (config_file_load(&ctl->config, path, error) != RESULT_OK) {
        chiboctl_fail(CHIBOCTL_FAILED, "%s", error);
        return false;
    }
    ctl->has_config = true;
    return true;
}
