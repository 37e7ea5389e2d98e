/* Breaks file operations on the database, for tests: loaded in front of libc by LD_PRELOAD.
   FAULT_KILL_AT=n   the process is killed at the n-th operation
   FAULT_TEAR_AT=n   half of the first write from the n-th operation on, then the process is killed
   FAULT_FULL_AT=n   from the n-th operation on every write finds the disk full
   FAULT_FAIL_AT=n   the n-th operation, and only that, fails: the disk reported an error
   FAULT_FLIP=text   one bit of this text is wrong wherever it is written: a bad medium
   FAULT_LOG=path    what is written, cut and flushed is written down there, for what a power cut leaves
   FAULT_FILE=part   only files whose path contains this */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define REMEMBERED 65536
static long done;
static unsigned char wrote[REMEMBERED];

/* How many operations there were so far. */
long fault_operations(void) { return done; }

/* Whether the n-th of them wrote bytes; the others made, flushed, renamed or removed a file. */
int fault_wrote(long n) { return n < REMEMBERED && wrote[n]; }

static int named(const char *path) {
    const char *part = getenv("FAULT_FILE");
    return part != NULL && strstr(path, part) != NULL && strstr(path, "-shm") == NULL;
}

static int ours(int fd) {
    char link[64], path[4096];
    if (!getenv("FAULT_FILE")) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return named(path);
}

static long limit(const char *name) {
    const char *value = getenv(name);
    return value ? atol(value) : 0;
}

/* The error of an operation on one of our files that writes (or not), or 0. */
static int fault(int one_of_ours, int writes) {
    if (!one_of_ours) return 0;
    if (++done < REMEMBERED) wrote[done] = writes;
    if (limit("FAULT_KILL_AT") == done) kill(getpid(), SIGKILL);
    if (limit("FAULT_FAIL_AT") == done) return EIO;
    return writes && limit("FAULT_FULL_AT") && done >= limit("FAULT_FULL_AT") ? ENOSPC : 0;
}

/* Write down one operation: its kind, place and length, the path, then the bytes. */
static void note(char kind, int fd, const void *bytes, size_t amount, long long place) {
    static int out = -1;
    const char *to = getenv("FAULT_LOG");
    if (!to || !ours(fd)) return;
    if (out < 0) out = open(to, O_WRONLY | O_APPEND | O_CREAT, 0600);
    char link[64], path[4096], head[4400];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = 0;
    int shown = snprintf(head, sizeof head, "%c %lld %zu %s\n", kind, place, amount, path);
    syscall(SYS_write, out, head, shown);
    if (amount) syscall(SYS_write, out, bytes, amount);
}

#define REAL(name) \
    static __typeof__(name) *real; \
    if (!real) real = dlsym(RTLD_NEXT, #name)
#define BREAK(one_of_ours, writes) \
    if ((errno = fault(one_of_ours, writes))) return -1

ssize_t pwrite64(int fd, const void *bytes, size_t amount, off64_t place) {
    REAL(pwrite64);
    BREAK(ours(fd), 1);
    const char *text = getenv("FAULT_FLIP");
    char *found = text && ours(fd) ? memmem(bytes, amount, text, strlen(text)) : NULL;
    if (found) {
        char *wrong = malloc(amount);
        memcpy(wrong, bytes, amount);
        wrong[found - (const char *)bytes + strlen(text) - 1] ^= 1;
        ssize_t written = real(fd, wrong, amount, place);
        free(wrong);
        return written;
    }
    if (limit("FAULT_TEAR_AT") && done >= limit("FAULT_TEAR_AT") && ours(fd)) {
        real(fd, bytes, amount / 2, place);
        kill(getpid(), SIGKILL);
    }
    note('W', fd, bytes, amount, place);
    return real(fd, bytes, amount, place);
}

ssize_t pwrite(int fd, const void *bytes, size_t amount, off_t place) {
    return pwrite64(fd, bytes, amount, place);
}

ssize_t write(int fd, const void *bytes, size_t amount) {
    REAL(write);
    BREAK(ours(fd), 1);
    return real(fd, bytes, amount);
}

int fsync(int fd) {
    REAL(fsync);
    BREAK(ours(fd), 0);
    note('S', fd, NULL, 0, 0);
    return real(fd);
}

int fdatasync(int fd) {
    REAL(fdatasync);
    BREAK(ours(fd), 0);
    note('S', fd, NULL, 0, 0);
    return real(fd);
}

int ftruncate64(int fd, off64_t size) {
    REAL(ftruncate64);
    note('T', fd, NULL, 0, size);
    return real(fd, size);
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

int rename(const char *from, const char *to) {
    REAL(rename);
    BREAK(named(from) || named(to), 0);
    return real(from, to);
}

int unlink(const char *path) {
    REAL(unlink);
    BREAK(named(path), 0);
    return real(path);
}

int unlinkat(int folder, const char *path, int flags) {
    REAL(unlinkat);
    BREAK(named(path) || ours(folder), 0);
    return real(folder, path, flags);
}

int rmdir(const char *path) {
    REAL(rmdir);
    BREAK(named(path), 0);
    return real(path);
}

int mkdir(const char *path, mode_t mode) {
    REAL(mkdir);
    BREAK(named(path), 0);
    return real(path, mode);
}
