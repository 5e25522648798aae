// Loaded into the JVM with LD_PRELOAD, this kills the process, or lets a call fail, at the n-th
// call that changes a file below one directory. faults.sh and the tests compile and use it.
//
//   FAULT_ROOT  absolute directory; only calls on files below it are counted
//   FAULT_LOG   file that gets one line per counted call: its number, name and path
//   FAULT_AT    the number n, from 1; 0 only counts
//   FAULT_KIND  kill    SIGKILL before the call takes effect
//               tear    SIGKILL after half of the n-th write was written (only writes count)
//               EIO     the n-th call fails with EIO
//               ENOSPC  every call that needs space fails with ENOSPC, from the n-th on
//
// Children of the JVM are left alone: it is unloaded from their environment.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { COUNT, KILL, TEAR, IO_ERROR, NO_SPACE };
enum need { ANY, SPACE, WRITE };

static atomic_int calls;
static int active, at, log_fd = -1;
static enum kind kind;
static char root[PATH_MAX];
static size_t root_length;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void start(void) {
  char comm[64] = "";
  int fd = open("/proc/self/comm", O_RDONLY);
  ssize_t length = fd < 0 ? 0 : read(fd, comm, sizeof comm - 1);
  if (fd >= 0) close(fd);
  const char *given = getenv("FAULT_ROOT");
  if (length <= 0 || strncmp(comm, "java", 4) != 0 || given == NULL) return;
  unsetenv("LD_PRELOAD");
  snprintf(root, sizeof root, "%s", given);
  root_length = strlen(root);
  const char *number = getenv("FAULT_AT"), *word = getenv("FAULT_KIND"), *log = getenv("FAULT_LOG");
  at = number ? atoi(number) : 0;
  kind = word == NULL              ? COUNT
         : strcmp(word, "kill") == 0   ? KILL
         : strcmp(word, "tear") == 0   ? TEAR
         : strcmp(word, "EIO") == 0    ? IO_ERROR
         : strcmp(word, "ENOSPC") == 0 ? NO_SPACE
                                       : COUNT;
  if (log) log_fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  active = 1;
}

static int below(const char *path) {
  return strncmp(path, root, root_length) == 0 && path[root_length] == '/';
}

static const char *path_of(int fd, char *buffer) {
  char name[64];
  snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(name, buffer, PATH_MAX - 1);
  buffer[length < 0 ? 0 : length] = 0;
  return buffer;
}

static const char *resolve(int directory, const char *path, char *buffer) {
  if (path[0] == '/') return path;
  if (directory == AT_FDCWD) {
    if (getcwd(buffer, PATH_MAX) == NULL) return path;
  } else {
    path_of(directory, buffer);
  }
  size_t length = strlen(buffer);
  snprintf(buffer + length, PATH_MAX - length, "/%s", path);
  return buffer;
}

// What this call must do: 0 go on, 1 fail with errno set, 2 tear. Does not return if it kills.
static int fault(const char *name, const char *path, enum need need) {
  if (!active || !below(path)) return 0;
  if (kind == TEAR && need != WRITE) return 0;
  int number = atomic_fetch_add(&calls, 1) + 1;
  int hit = number == at || (kind == NO_SPACE && at > 0 && number > at && need != ANY);
  if (log_fd >= 0) {
    char line[PATH_MAX + 64];
    int length = snprintf(line, sizeof line, "%d %s %s%s\n", number, name, path, hit ? " *" : "");
    REAL(write)(log_fd, line, (size_t)length);
  }
  if (!hit) return 0;
  switch (kind) {
    case KILL:
      kill(getpid(), SIGKILL);
      pause();
      return 0;
    case TEAR:
      return 2;
    case IO_ERROR:
      errno = EIO;
      return 1;
    case NO_SPACE:
      if (need == ANY) return 0;
      errno = ENOSPC;
      return 1;
    default:
      return 0;
  }
}

static void die(void) {
  kill(getpid(), SIGKILL);
  pause();
}

#define ON_FD(name, fd, need) \
  char buffer[PATH_MAX];      \
  int fate = active ? fault(name, path_of(fd, buffer), need) : 0
#define ON_PATH(name, directory, path, need) \
  char buffer[PATH_MAX];                     \
  int fate = active ? fault(name, resolve(directory, path, buffer), need) : 0

ssize_t write(int fd, const void *data, size_t size) {
  ON_FD("write", fd, WRITE);
  if (fate == 1) return -1;
  if (fate == 2) {
    REAL(write)(fd, data, size / 2);
    die();
  }
  return REAL(write)(fd, data, size);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset) {
  ON_FD("write", fd, WRITE);
  if (fate == 1) return -1;
  if (fate == 2) {
    REAL(pwrite64)(fd, data, size / 2, offset);
    die();
  }
  return REAL(pwrite64)(fd, data, size, offset);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  ON_FD("write", fd, WRITE);
  if (fate == 1) return -1;
  if (fate == 2) {
    REAL(write)(fd, parts[0].iov_base, parts[0].iov_len / 2);
    die();
  }
  return REAL(writev)(fd, parts, count);
}

int fsync(int fd) {
  ON_FD("fsync", fd, ANY);
  return fate ? -1 : REAL(fsync)(fd);
}

int fdatasync(int fd) {
  ON_FD("fsync", fd, ANY);
  return fate ? -1 : REAL(fdatasync)(fd);
}

int ftruncate64(int fd, off64_t size) {
  ON_FD("truncate", fd, ANY);
  return fate ? -1 : REAL(ftruncate64)(fd, size);
}

int rename(const char *from, const char *to) {
  ON_PATH("rename", AT_FDCWD, to, ANY);
  return fate ? -1 : REAL(rename)(from, to);
}

int renameat(int from_directory, const char *from, int to_directory, const char *to) {
  ON_PATH("rename", to_directory, to, ANY);
  return fate ? -1 : REAL(renameat)(from_directory, from, to_directory, to);
}

int link(const char *from, const char *to) {
  ON_PATH("link", AT_FDCWD, to, SPACE);
  return fate ? -1 : REAL(link)(from, to);
}

int unlink(const char *path) {
  if (access(path, F_OK) != 0) return REAL(unlink)(path);  // changes nothing
  ON_PATH("unlink", AT_FDCWD, path, ANY);
  return fate ? -1 : REAL(unlink)(path);
}

int unlinkat(int directory, const char *path, int flags) {
  ON_PATH("unlink", directory, path, ANY);
  return fate ? -1 : REAL(unlinkat)(directory, path, flags);
}

int rmdir(const char *path) {
  ON_PATH("unlink", AT_FDCWD, path, ANY);
  return fate ? -1 : REAL(rmdir)(path);
}

int mkdir(const char *path, mode_t mode) {
  if (access(path, F_OK) == 0) return REAL(mkdir)(path, mode);  // changes nothing
  ON_PATH("mkdir", AT_FDCWD, path, SPACE);
  return fate ? -1 : REAL(mkdir)(path, mode);
}
