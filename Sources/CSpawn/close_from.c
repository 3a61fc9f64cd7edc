#ifdef __linux__
#define _GNU_SOURCE
#endif

#include "CSpawn.h"

#include <unistd.h>

int coppice_spawn_close_from(posix_spawn_file_actions_t *actions, int first) {
#ifdef __GLIBC__
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
#else
    // Closing what is not open is no error in the child.
    long limit = sysconf(_SC_OPEN_MAX);
    for (int descriptor = first; descriptor < limit && descriptor < 1024; descriptor++) {
        int status = posix_spawn_file_actions_addclose(actions, descriptor);
        if (status != 0) return status;
    }
    return 0;
#endif
}
