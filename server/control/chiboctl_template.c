/* Templates of agendas: files, or those beside the rulesets by their names. */
#include "server/control/chiboctl.h"

#include "protocol/program/agenda_folder.h"
#include "protocol/program/result_words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Why the file of a template could not be opened. */
static void complain_unread(const char *name, const char *path, int reason)
{
    char known[AGENDA_TEMPLATE_NAMES_SIZE] = "";

    if (agenda_template_is_name(name) && reason == ENOENT)
        agenda_folder_list(path, known);
    if (known[0])
        chiboctl_fail(CHIBOCTL_FAILED,
                      _("no template is called %s; there are: %s"), name,
                      known);
    else
        chiboctl_fail(CHIBOCTL_FAILED, _("%s cannot be read: %s"), path,
                      system_words(reason));
}

/* A file's name, or that of a template beside the rulesets; to be freed. */
static char *template_path(struct chiboctl *ctl, const char *name)
{
    char *path = NULL;

    if (!agenda_template_is_name(name))
        return strdup(name);
    if (!chiboctl_load_config(ctl) ||
        asprintf(&path, "%s/../templates/agenda/%s.conf",
                 ctl->config.rules_directory, name) < 0)
        return NULL;
    return path;
}

static bool read_file(const char *name, const char *path,
                      struct agenda_template *out)
{
    static char text[AGENDA_TEMPLATE_SIZE_MAX + 1];
    FILE *file = fopen(path, "rb");
    enum result result;
    size_t size;
    int line;

    if (!file) {
        complain_unread(name, path, errno);
        return false;
    }
    size = fread(text, 1, sizeof text, file);
    (void)fclose(file);
    result = agenda_template_read(text, size, out, &line);
    if (result != RESULT_OK)
        chiboctl_fail(CHIBOCTL_FAILED,
                      _("%s, line %d: this is no template of an agenda"), path,
                      line);
    return result == RESULT_OK;
}

bool chiboctl_read_template(struct chiboctl *ctl, const char *name,
                            struct agenda_template *out)
{
    char *path = template_path(ctl, name);
    const bool is_read = path && read_file(name, path, out);

    free(path);
    return is_read;
}
