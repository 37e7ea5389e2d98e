/* Breaks file operations on the database, for tests: loaded in front of libc by LD_PRELOAD.
   FAULT_KILL_AT=n   the process is killed at the n-th operation
   FAULT_TEAR_AT=n   half of the first write from the n-th operation on, then the process is killed
   FAULT_FULL_AT=n   from the n-th operation on every write finds the disk full
   FAULT_FAIL_AT=n   the n-th operation, and only that, fails: the disk reported an error
   FAULT_FLIP=text   one bit of this text is wrong wherever it is written: a bad medium
   FAULT_ASK=out,in  before each operation, and again with half of each write done, "?sort n" is
                     written to the first descriptor and a byte waited for from the second: what
                     lies on the disk meanwhile is what a process killed or torn there leaves
   FAULT_CLOCK=s     the day's clock begins at that second and moves by a microsecond a look, and
                     chance is no chance: two runs do the same
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
#include <stdint.h>
#include <sys/random.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
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

/* Let whoever watches look at the disk. */
static void ask(char sort) {
    const char *pipes = getenv("FAULT_ASK");
    int out, in;
    char line[40], answer;
    if (!pipes || sscanf(pipes, "%d,%d", &out, &in) != 2) return;
    int length = snprintf(line, sizeof line, "?%c %ld\n", sort, done);
    syscall(SYS_write, out, line, length);
    if (read(in, &answer, 1) != 1) _exit(3);
}

/* Whether half of a write comes first: somebody looks then, or the process dies of it. */
static int halved(int fd) {
    return (getenv("FAULT_ASK") || (limit("FAULT_TEAR_AT") && done >= limit("FAULT_TEAR_AT"))) && ours(fd);
}

/* Half of a write is done. */
static void half_done(void) {
    if (limit("FAULT_TEAR_AT")) kill(getpid(), SIGKILL);
    ask('T');
}

/* The error of an operation on one of our files that writes (or not), or 0. */
static int fault(int one_of_ours, int writes) {
    if (!one_of_ours) return 0;
    if (++done < REMEMBERED) wrote[done] = writes;
    ask('K');
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
    if (halved(fd)) {
        real(fd, bytes, amount / 2, place);
        half_done();
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
    if (amount < 2 || !halved(fd)) return real(fd, bytes, amount);
    ssize_t begun = real(fd, bytes, amount / 2);
    half_done();
    ssize_t rest = begun < 0 ? -1 : real(fd, (const char *)bytes + begun, amount - begun);
    return rest < 0 ? begun : begun + rest;
}

/* Python copies a file by this. */
ssize_t sendfile64(int to, int from, off64_t *place, size_t amount) {
    REAL(sendfile64);
    BREAK(ours(to), 1);
    return real(to, from, place, amount);
}

ssize_t sendfile(int to, int from, off_t *place, size_t amount) {
    return sendfile64(to, from, place, amount);
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

int truncate64(const char *path, off64_t size) {
    REAL(truncate64);
    BREAK(named(path), 0);
    return real(path, size);
}

int truncate(const char *path, off_t size) { return truncate64(path, size); }

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

/* The day's clock, and chance, of a run that is to do the same as another one. */
static long long looked_at(void) {
    static long long looks;
    return atoll(getenv("FAULT_CLOCK")) * 1000000LL + ++looks;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    if (clock != CLOCK_REALTIME || !getenv("FAULT_CLOCK")) return syscall(SYS_clock_gettime, clock, now);
    long long found = looked_at();
    now->tv_sec = found / 1000000;
    now->tv_nsec = found % 1000000 * 1000;
    return 0;
}

int gettimeofday(struct timeval *now, void *zone) {
    struct timespec found;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &found);
    now->tv_sec = found.tv_sec;
    now->tv_usec = found.tv_nsec / 1000;
    return 0;
}

ssize_t getrandom(void *bytes, size_t amount, unsigned flags) {
    static uint64_t state = 88172645463325252ULL;
    if (!getenv("FAULT_CLOCK")) return syscall(SYS_getrandom, bytes, amount, flags);
    for (size_t n = 0; n < amount; n++) {
        state ^= state << 13, state ^= state >> 7, state ^= state << 17;
        ((unsigned char *)bytes)[n] = state >> 32;
    }
    return amount;
}

/* Frames at the beginning of a write-ahead log that SQLite would read: those up to the last commit
   whose salt and sum are right (file format, section 4.1; only logs of this machine's byte order). */
long fault_frames(const unsigned char *log, long length) {
    const uint32_t *head = (const uint32_t *)log;
    if (length < 32 || __builtin_bswap32(head[0]) != 0x377f0682) return 0;
    uint32_t page = __builtin_bswap32(head[2]), one = 0, two = 0;
    long found = 0, size = 24 + page, n;
#define SUMMED(from, words)                                                                        \
    for (n = 0; n < (words); n += 2) one += (from)[n] + two, two += (from)[n + 1] + one
    SUMMED(head, 6);
    if (one != __builtin_bswap32(head[6]) || two != __builtin_bswap32(head[7])) return 0;
    for (long frame = 0; 32 + (frame + 1) * size <= length; frame++) {
        const uint32_t *words = (const uint32_t *)(log + 32 + frame * size);
        if (words[2] != head[4] || words[3] != head[5]) break;
        SUMMED(words, 2);
        SUMMED(words + 6, page / 4);
        if (one != __builtin_bswap32(words[4]) || two != __builtin_bswap32(words[5])) break;
        if (words[1]) found = frame + 1;
    }
    return found;
}
