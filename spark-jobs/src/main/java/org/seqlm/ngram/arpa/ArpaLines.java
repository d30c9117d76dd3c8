package org.seqlm.ngram.arpa;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.seqlm.UserException;
import org.seqlm.ngram.model.BackoffModel;

/** The lines of an ARPA file, cut at tabs and spaces without an object a line. */
final class ArpaLines {
  /** The longest line that is read. */
  static final int MAX_LINE = 64 << 20;

  private static final int MAX_FIELDS = BackoffModel.MAX_ORDER + 2;

  private final InputStream in;
  private final String name;
  private byte[] buffer = new byte[1 << 16];
  private int at;
  private int filled;
  private int from;
  private int to;
  private long number;
  private int fields;
  private final int[] starts = new int[MAX_FIELDS + 1];
  private final int[] ends = new int[MAX_FIELDS + 1];

  /**
   * @param name shown in messages
   */
  ArpaLines(InputStream in, String name) {
    this.in = in;
    this.name = name;
  }

  /** Reads the next line; false at the end of the file. */
  boolean next() throws IOException {
    int scanned = at;
    while (true) {
      for (int i = scanned; i < filled; i++) {
        if (buffer[i] == '\n') {
          set(at, i);
          at = i + 1;
          return true;
        }
      }
      scanned = filled - at;
      if (!fill()) {
        if (at == filled) {
          return false;
        }
        set(at, filled);
        at = filled;
        return true;
      }
    }
  }

  private void set(int from, int end) {
    number++;
    this.from = from;
    to = end > from && buffer[end - 1] == '\r' ? end - 1 : end;
    if (number == 1
        && to - from >= 3
        && buffer[from] == (byte) 0xEF
        && buffer[from + 1] == (byte) 0xBB
        && buffer[from + 2] == (byte) 0xBF) {
      this.from += 3; // a byte order mark
    }
  }

  /** Keeps what is left of the line at the buffer's start and reads more. */
  private boolean fill() throws IOException {
    System.arraycopy(buffer, at, buffer, 0, filled - at);
    filled -= at;
    at = 0;
    if (filled == buffer.length) {
      if (filled >= MAX_LINE) {
        number++;
        throw problem("is longer than " + MAX_LINE + " bytes, which no line of an ARPA file is");
      }
      buffer = Arrays.copyOf(buffer, filled * 2);
    }
    int n = in.read(buffer, filled, buffer.length - filled);
    filled += Math.max(0, n);
    return n > 0;
  }

  /** An error that names the file and this line. */
  UserException problem(String what) {
    return problem(number, what);
  }

  UserException problem(long line, String what) {
    return UserException.data(name + ", line " + line + " " + what);
  }

  /** Of this line, from 1. */
  long number() {
    return number;
  }

  /** Of the line, in bytes, with its end. */
  int length() {
    return to - from + 1;
  }

  byte[] bytes() {
    return buffer;
  }

  /** Whether there is nothing in the line but white space. */
  boolean blank() {
    for (int i = from; i < to; i++) {
      if (buffer[i] != ' ' && buffer[i] != '\t' && buffer[i] != '\r') {
        return false;
      }
    }
    return true;
  }

  /** Whether the line, without the white space at its end, is this ASCII text. */
  boolean is(String text) {
    int end = to;
    while (end > from && (buffer[end - 1] == ' ' || buffer[end - 1] == '\t')) {
      end--;
    }
    return end - from == text.length() && startsWith(text);
  }

  /** Whether a field is this ASCII text. */
  boolean is(int field, String text) {
    int length = ends[field] - starts[field];
    if (length != text.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (buffer[starts[field] + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  boolean startsWith(String text) {
    if (to - from < text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (buffer[from + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The line for a message: its beginning, control characters shown as a question mark. */
  String shown() {
    return shown(from, to);
  }

  String shown(int from, int to) {
    String text = new String(buffer, from, Math.min(80, to - from), StandardCharsets.UTF_8);
    return text.replaceAll("\\p{Cntrl}", "?") + (to - from > 80 ? "..." : "");
  }

  /** Cuts the line at tabs and spaces, however many; gives the number of fields, at most 66. */
  int cut() {
    fields = 0;
    int i = from;
    while (fields <= MAX_FIELDS) {
      while (i < to && (buffer[i] == ' ' || buffer[i] == '\t')) {
        i++;
      }
      if (i == to) {
        break;
      }
      if (fields == MAX_FIELDS) {
        return MAX_FIELDS + 1;
      }
      starts[fields] = i;
      while (i < to && buffer[i] != ' ' && buffer[i] != '\t') {
        i++;
      }
      ends[fields++] = i;
    }
    return fields;
  }

  int start(int field) {
    return starts[field];
  }

  int end(int field) {
    return ends[field];
  }
}
