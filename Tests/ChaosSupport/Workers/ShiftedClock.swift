internal import Foundation
internal import Synchronization

/// The calendar clock of a program that is wrong, and jumps when it is told to.
///
/// A small library in front of the C library adds seconds to what the system says. The steady clock is left alone, as
/// it is when an operator sets the time. The seconds are in a file that the program has mapped, so they can change
/// while it runs.
final class ShiftedClock: Sendable {
    private static let source = """
        #include <fcntl.h>
        #include <stdint.h>
        #include <stdlib.h>
        #include <sys/mman.h>
        #include <sys/syscall.h>
        #include <sys/time.h>
        #include <time.h>
        #include <unistd.h>

        static volatile int64_t *shift;

        __attribute__((constructor)) static void map_shift(void) {
            const char *path = getenv("CHAOS_CLOCK_SHIFT");
            int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
            if (file < 0) return;
            void *mapped = mmap(0, sizeof *shift, PROT_READ, MAP_SHARED, file, 0);
            if (mapped != MAP_FAILED) shift = mapped;
        }

        int clock_gettime(clockid_t clock, struct timespec *time) {
            int result = syscall(SYS_clock_gettime, clock, time);
            int is_calendar = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
            if (result == 0 && is_calendar && shift) time->tv_sec += *shift;
            return result;
        }

        int gettimeofday(struct timeval *restrict time, void *restrict zone) {
            struct timespec now;
            if (time && clock_gettime(CLOCK_REALTIME, &now) == 0) {
                time->tv_sec = now.tv_sec;
                time->tv_usec = now.tv_nsec / 1000;
            }
            return 0;
        }

        time_t time(time_t *result) {
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            if (result) *result = now.tv_sec;
            return now.tv_sec;
        }
        """

    struct CompilerFailed: Error, CustomStringConvertible {
        let description: String
    }

    private let file: FileHandle
    private let path: String
    private let library: String

    /// Compiles the library, once in a folder.
    static func makeLibrary(in folder: URL) throws -> URL {
        let source = folder.appending(path: "shifted-clock.c")
        let library = folder.appending(path: "shifted-clock.so")
        try Data(Self.source.utf8).write(to: source)
        let compiler = Process()
        compiler.executableURL = URL(filePath: "/usr/bin/env")
        compiler.arguments = ["cc", "-shared", "-fPIC", "-O1", "-o", library.path, source.path]
        try compiler.run()
        compiler.waitUntilExit()
        guard compiler.terminationStatus == 0 else {
            throw CompilerFailed(description: "cc ended with status \(compiler.terminationStatus)")
        }
        return library
    }

    /// A clock that is `seconds` ahead.
    init(aheadBy seconds: Int, library: URL, file url: URL) throws {
        try Data(repeating: 0, count: 8).write(to: url)
        file = try FileHandle(forUpdating: url)
        path = url.path
        self.library = library.path
        try jump(to: seconds)
    }

    /// What a program that has this clock finds in its environment.
    var environment: [String: String] { ["LD_PRELOAD": library, "CHAOS_CLOCK_SHIFT": path] }

    /// From now on it is `seconds` ahead, or behind if negative.
    func jump(to seconds: Int) throws {
        try file.seek(toOffset: 0)
        try file.write(contentsOf: withUnsafeBytes(of: Int64(seconds)) { Data($0) })
    }
}
