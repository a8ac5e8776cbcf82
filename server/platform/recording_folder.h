/*
 * The recording_store of the program: files of one folder, mode 0600. Any
 * thread.
 */
#ifndef SERVER_PLATFORM_RECORDING_FOLDER_H
#define SERVER_PLATFORM_RECORDING_FOLDER_H

#include "server/platform/recording_store.h"

/* The port on the folder `path`, which is there and outlives it. */
struct recording_store recording_folder_store(const char *path);

#endif
