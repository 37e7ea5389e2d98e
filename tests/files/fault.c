/* Breaks file operations on the database, for tests: loaded in front of libc by LD_PRELOAD.
   FAULT_KILL_AT=n   the process is killed at the n-th operation
   FAULT_TEAR_AT=n   half of the first write from the n-th operation on, then the process is killed
   FAULT_FULL_AT=n   from the n-th operation on every write finds the disk full
   FAULT_FILE=part   only files whose path contains this */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long done;

static int ours(int fd) {
    char link[64], path[4096];
    const char *part = getenv("FAULT_FILE");
    if (!part) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strstr(path, part) != NULL && strstr(path, "-shm") == NULL;
}

static long limit(const char *name) {
    const char *value = getenv(name);
    return value ? atol(value) : 0;
}

static int full(int fd) {
    if (!ours(fd)) return 0;
    done++;
    if (limit("FAULT_KILL_AT") == done) kill(getpid(), SIGKILL);
    return limit("FAULT_FULL_AT") && done >= limit("FAULT_FULL_AT");
}

ssize_t pwrite64(int fd, const void *bytes, size_t amount, off64_t place) {
    static ssize_t (*real)(int, const void *, size_t, off64_t);
    if (!real) real = dlsym(RTLD_NEXT, "pwrite64");
    if (full(fd)) { errno = ENOSPC; return -1; }
    if (limit("FAULT_TEAR_AT") && done >= limit("FAULT_TEAR_AT") && ours(fd)) {
        real(fd, bytes, amount / 2, place);
        kill(getpid(), SIGKILL);
    }
    return real(fd, bytes, amount, place);
}

ssize_t pwrite(int fd, const void *bytes, size_t amount, off_t place) {
    return pwrite64(fd, bytes, amount, place);
}

ssize_t write(int fd, const void *bytes, size_t amount) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real) real = dlsym(RTLD_NEXT, "write");
    if (full(fd)) { errno = ENOSPC; return -1; }
    return real(fd, bytes, amount);
}

int fsync(int fd) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fsync");
    full(fd);
    return real(fd);
}

int fdatasync(int fd) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fdatasync");
    full(fd);
    return real(fd);
}
