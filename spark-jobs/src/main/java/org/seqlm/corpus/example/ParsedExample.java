package org.seqlm.corpus.example;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.text.Hash128;

/**
 * An example before anything in it has an id, and how it travels: {@code split (1 byte), piece (4),
 * place (8), bytes of what decides its split (4)}, then the values in the order of the task's
 * roles, big-endian, those that decide its split first.
 */
public final class ParsedExample {
  static final int HEADER = 1 + 4 + 8 + 4;
  private static final int ABSENT = 0;
  private static final int WORDS = 1;
  private static final int CUT_WORDS = 2;
  private static final int NAME = 3;
  private static final int NUMBERS = 4;
  private static final int NUMBERS_WITH_GAPS = 5;

  private final ExampleTask task;
  private final ExampleValue[] values; // by place of the role; null where there is none

  public ParsedExample(ExampleTask task, ExampleValue[] values) {
    this.task = task;
    this.values = values;
  }

  /** What it has in a role; null if it has nothing. */
  public ExampleValue value(String role) {
    int place = RoleColumns.roles(task).indexOf(role);
    return place < 0 ? null : values[place];
  }

  /** The same with nothing in one role. */
  public ParsedExample without(String role) {
    ExampleValue[] others = values.clone();
    others[RoleColumns.roles(task).indexOf(role)] = null;
    return new ParsedExample(task, others);
  }

  /**
   * How many of the roles decide the split. What a network reads does, so that what it is asked is
   * never what it was taught; where a condition is all that it reads, which few may share, so does
   * what it is to write.
   */
  private int deciding() {
    return switch (task) {
      case CLASSIFY, TAG, GRID, FRAMES -> 1;
      case SERIES -> 2;
      case SEQUENCE -> value(RoleColumns.SOURCE) == null ? 3 : 2;
    };
  }

  /** Bytes that it has in a block. */
  public long blockBytes() {
    long bytes = 0;
    for (ExampleValue value : values) {
      bytes += 4;
      if (value instanceof ExampleValue.Words words) {
        bytes += 4L * words.tokens().size();
      } else if (value instanceof ExampleValue.Numbers numbers) {
        bytes += (numbers.observed() == null ? 4L : 5L) * numbers.values().length;
      } else {
        bytes += value == null ? 0 : 4;
      }
    }
    return bytes;
  }

  /**
   * As it travels, of no split yet.
   *
   * @param piece of the range that it stands in
   * @param place in the piece
   */
  public byte[] encoded(int piece, long place) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(64);
    out.writeBytes(new byte[HEADER]);
    int deciding = 0;
    for (int i = 0; i < values.length; i++) {
      write(out, values[i]);
      if (i + 1 == deciding()) {
        deciding = out.size() - HEADER;
      }
    }
    byte[] bytes = out.toByteArray();
    ByteBuffer.wrap(bytes).putInt(1, piece).putLong(5, place).putInt(13, deciding);
    return bytes;
  }

  /** The hash of what decides an example's split. */
  static long decidingHash(byte[] encoded, Hash128 hash) {
    int length = ByteBuffer.wrap(encoded).getInt(13);
    return hash.hash(encoded, HEADER, HEADER + length, 11, 12).low();
  }

  /** Hashes all of an example but where it stands and its split. */
  public static Hash128 contentHash(byte[] encoded, Hash128 hash, long seed1, long seed2) {
    return hash.hash(encoded, HEADER, encoded.length, seed1, seed2);
  }

  static void setSplit(byte[] encoded, int split) {
    encoded[0] = (byte) split;
  }

  /** The split's place among all splits. */
  public static int split(byte[] encoded) {
    return encoded[0];
  }

  /** The piece, in its range, that it stands in. */
  public static int piece(byte[] encoded) {
    return ByteBuffer.wrap(encoded).getInt(1);
  }

  /** Its place in the piece. */
  public static long place(byte[] encoded) {
    return ByteBuffer.wrap(encoded).getLong(5);
  }

  /** Says anew where it stands. */
  static void setPlace(byte[] encoded, int piece, long place) {
    ByteBuffer.wrap(encoded).putInt(1, piece).putLong(5, place);
  }

  private static void write(ByteArrayOutputStream out, ExampleValue value) {
    if (value instanceof ExampleValue.Words words) {
      out.write(words.cut() ? CUT_WORDS : WORDS);
      writeInt(out, words.tokens().size());
      words.tokens().forEach(token -> write(out, token));
    } else if (value instanceof ExampleValue.Name name) {
      out.write(NAME);
      write(out, name.name());
    } else if (value instanceof ExampleValue.Numbers numbers) {
      out.write(numbers.observed() == null ? NUMBERS : NUMBERS_WITH_GAPS);
      writeInt(out, numbers.items());
      writeInt(out, numbers.itemShape().size());
      numbers.itemShape().forEach(axis -> writeInt(out, axis));
      ByteBuffer buffer = ByteBuffer.allocate(numbers.values().length * 4);
      buffer.asFloatBuffer().put(numbers.values());
      out.writeBytes(buffer.array());
      if (numbers.observed() != null) {
        out.writeBytes(numbers.observed());
      }
    } else {
      out.write(ABSENT);
    }
  }

  private static void writeInt(ByteArrayOutputStream out, int value) {
    out.write(value >>> 24);
    out.write(value >>> 16);
    out.write(value >>> 8);
    out.write(value);
  }

  private static void write(ByteArrayOutputStream out, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    writeInt(out, utf8.length);
    out.writeBytes(utf8);
  }

  /** What {@link #encoded} made. */
  public static ParsedExample decode(ExampleTask task, byte[] encoded) {
    ByteBuffer in = ByteBuffer.wrap(encoded).position(HEADER);
    ExampleValue[] values = new ExampleValue[RoleColumns.roles(task).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(in);
    }
    return new ParsedExample(task, values);
  }

  private static ExampleValue value(ByteBuffer in) {
    int kind = in.get();
    switch (kind) {
      case ABSENT:
        return null;
      case NAME:
        return new ExampleValue.Name(text(in));
      case WORDS, CUT_WORDS:
        List<String> tokens = new ArrayList<>();
        for (int n = in.getInt(); n > 0; n--) {
          tokens.add(text(in));
        }
        return new ExampleValue.Words(tokens, kind == CUT_WORDS);
      default:
        int items = in.getInt();
        List<Integer> shape = new ArrayList<>();
        int size = items;
        for (int n = in.getInt(); n > 0; n--) {
          shape.add(in.getInt());
          size *= shape.get(shape.size() - 1);
        }
        float[] numbers = new float[size];
        in.asFloatBuffer().get(numbers);
        in.position(in.position() + size * 4);
        byte[] observed = null;
        if (kind == NUMBERS_WITH_GAPS) {
          observed = new byte[size];
          in.get(observed);
        }
        return new ExampleValue.Numbers(numbers, observed, items, List.copyOf(shape));
    }
  }

  private static String text(ByteBuffer in) {
    byte[] utf8 = new byte[in.getInt()];
    in.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
