package org.seqlm.bench.ngrams;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.seqlm.UserException;
import org.seqlm.bench.meter.InputFiles;

/**
 * The text that all contestants count: local files, plain or gz. Tokens stand between NUL, tab, CR
 * and space, as KenLM has it; a line ends with LF or its file, and counts as {@code <s> w… </s>}.
 *
 * @param files in the order they are read
 * @param lines empty ones too
 * @param tokens without {@code <s>} and {@code </s>}
 * @param bytes unpacked
 */
public record NgramText(List<Path> files, long lines, long tokens, long bytes) {
  private static final int BUFFER = 1 << 20;

  /** What a reader of the text does with it. */
  interface Sink {
    /** A token: {@code length} bytes, which are the caller's again afterwards. */
    void token(byte[] bytes, int from, int length);

    /** The line is over. */
    void endLine();
  }

  /** Reads files once, which also leaves them in the system's memory for all contestants. */
  static NgramText of(List<Path> files) throws IOException {
    long[] linesTokensBytes = new long[3];
    Sink counter =
        new Sink() {
          @Override
          public void token(byte[] bytes, int from, int length) {
            linesTokensBytes[1]++;
          }

          @Override
          public void endLine() {
            linesTokensBytes[0]++;
          }
        };
    for (Path file : files) {
      if (!Files.isReadable(file) || Files.isDirectory(file)) {
        throw UserException.data(
            "bench ngrams reads local files, but " + file + " is none: give --input FILE...");
      }
      linesTokensBytes[2] += read(file, counter);
    }
    return new NgramText(files, linesTokensBytes[0], linesTokensBytes[1], linesTokensBytes[2]);
  }

  /**
   * Reads the tokens of a file.
   *
   * @return its bytes
   */
  static long read(Path file, Sink sink) throws IOException {
    byte[] buffer = new byte[BUFFER];
    long bytes = 0;
    int have = 0;
    boolean openLine = false;
    try (InputStream in = InputFiles.open(file)) {
      while (true) {
        int got = in.read(buffer, have, buffer.length - have);
        int end = have + Math.max(0, got);
        bytes += Math.max(0, got);
        int start = 0;
        // What was left over holds no separator.
        for (int at = have; at < end; at++) {
          byte b = buffer[at];
          if (b > ' ' || b < 0 || !separates(b)) {
            continue;
          }
          openLine = true;
          if (at > start) {
            sink.token(buffer, start, at - start);
          }
          start = at + 1;
          if (b == '\n') {
            sink.endLine();
            openLine = false;
          }
        }
        have = end - start;
        if (got < 0) {
          if (have > 0) {
            sink.token(buffer, start, have);
          }
          if (openLine || have > 0) {
            sink.endLine();
          }
          return bytes;
        }
        if (have == buffer.length) {
          buffer = java.util.Arrays.copyOf(buffer, 2 * have);
        } else {
          System.arraycopy(buffer, start, buffer, 0, have);
        }
      }
    }
  }

  private static boolean separates(byte b) {
    return b == ' ' || b == '\n' || b == '\t' || b == '\r' || b == 0;
  }
}
