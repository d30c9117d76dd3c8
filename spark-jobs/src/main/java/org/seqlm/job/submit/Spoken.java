package org.seqlm.job.submit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A stream of the process that keeps what is said on it: all of it up to a bound, and the last
 * lines without stack traces. Those stay in the process's own log: Spark prints some of races at
 * its end, which would hide from who waits elsewhere what became of the job.
 */
final class Spoken extends OutputStream {
  /** A line that is longer is cut there, in bytes. */
  private static final int LONGEST_LINE = 4096;

  private static final Pattern FRAME =
      Pattern.compile(
          "\\t+(at .*|\\.\\.\\. \\d+ (more|common frames omitted))|\\t*(Caused by|Suppressed): .*");

  /** What begins a stack trace. */
  private static final Pattern THROWN =
      Pattern.compile("(Exception in thread \".*\" )?[\\w.$]+(Exception|Error)(: .*)?");

  private final PrintStream original;
  private final int mostBytes;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final Deque<String> last = new ArrayDeque<>();
  private long total;
  private long lines;
  private String thrown; // the line before, if a stack trace may begin with it

  /**
   * @param original receives everything
   * @param mostBytes of it to keep
   */
  Spoken(PrintStream original, int mostBytes) {
    this.original = original;
    this.mostBytes = mostBytes;
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] said, int from, int length) {
    original.write(said, from, length);
    total += length;
    bytes.write(said, from, Math.min(length, mostBytes - bytes.size()));
    for (int i = from; i < from + length; i++) {
      if (said[i] == '\n') {
        endLine();
      } else if (line.size() < LONGEST_LINE) {
        line.write(said[i]);
      }
    }
  }

  private void endLine() {
    String ended = line.toString(StandardCharsets.UTF_8);
    line.reset();
    if (FRAME.matcher(ended).matches()) {
      thrown = null;
      return;
    }
    if (thrown != null) {
      add(thrown);
      thrown = null;
    }
    if (THROWN.matcher(ended).matches()) {
      // Whether a stack trace begins with it the next line tells.
      thrown = ended;
    } else {
      add(ended);
    }
  }

  private void add(String ended) {
    last.add(ended);
    lines++;
    if (last.size() > Bulletin.MOST_LINES) {
      last.remove();
    }
  }

  /** The process's own. */
  PrintStream original() {
    return original;
  }

  /** Fails where the process's own stream did, for instance on a full disk. */
  @Override
  public void flush() throws IOException {
    if (original.checkError()) {
      throw new IOException("the process's own stream did not take all of it");
    }
  }

  /** How many lines were ended, stack traces apart, and the last of them. */
  record Lines(long all, List<String> last) {}

  synchronized Lines lines() {
    return new Lines(lines, List.copyOf(last));
  }

  /** What is kept of it, and how many bytes more were said. */
  record Text(String kept, long more) {}

  synchronized Text text() {
    return new Text(bytes.toString(StandardCharsets.UTF_8), total - bytes.size());
  }
}
