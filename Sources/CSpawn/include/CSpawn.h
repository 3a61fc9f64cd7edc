#ifndef COPPICE_SPAWN_H
#define COPPICE_SPAWN_H

#include <spawn.h>

/// Adds to what posix_spawn does in the child: closing every descriptor from `first` on.
///
/// A program that is started must not hold files and sockets of this one open that happen to lack O_CLOEXEC, such as those of
/// other libraries. Swift does not see glibc's function for it, because it is an extension of the standard.
///
/// - Returns: 0, or an error number.
int coppice_spawn_close_from(posix_spawn_file_actions_t *actions, int first);

#endif
