/*
 * The templates of agendas that lie in one folder, for whoever has named one
 * that is not there. Reads the folder; one thread.
 */
#ifndef PROTOCOL_PROGRAM_AGENDA_FOLDER_H
#define PROTOCOL_PROGRAM_AGENDA_FOLDER_H

#include "protocol/rules/agenda_template.h"

/* The names of what stands in the folder of the file `path`, cut if there are
 * very many; "" if nothing does, or the folder cannot be read. */
void agenda_folder_list(const char *path, char out[AGENDA_TEMPLATE_NAMES_SIZE]);

#endif
