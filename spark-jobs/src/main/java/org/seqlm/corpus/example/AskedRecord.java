package org.seqlm.corpus.example;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.seqlm.artifact.Json;

/**
 * A record that a network is asked about, as it travels: an example as {@link
 * ParsedExample#encoded} begins it, or, where the record is bad, in the place of its values what is
 * wrong with it; then the fields that are kept as JSON, and the number of their bytes (4).
 */
public final class AskedRecord {
  /** In the place of a split. */
  private static final int GOOD = 0;

  private static final int BAD = 127;

  private AskedRecord() {}

  static byte[] good(ParsedExample example, ObjectNode kept, int piece, long place) {
    byte[] record = with(example.encoded(piece, place), kept);
    ParsedExample.setSplit(record, GOOD);
    return record;
  }

  static byte[] bad(String message, ObjectNode kept, int piece, long place) {
    byte[] text = message.getBytes(StandardCharsets.UTF_8);
    byte[] start = new byte[ParsedExample.HEADER + text.length];
    System.arraycopy(text, 0, start, ParsedExample.HEADER, text.length);
    ParsedExample.setPlace(start, piece, place);
    byte[] record = with(start, kept);
    ParsedExample.setSplit(record, BAD);
    return record;
  }

  private static byte[] with(byte[] start, ObjectNode kept) {
    byte[] json = Json.line(kept).getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(start.length + json.length + 4)
        .put(start)
        .put(json)
        .putInt(json.length)
        .array();
  }

  /** The same at another place. */
  public static byte[] moved(byte[] record, int piece, long place) {
    ParsedExample.setPlace(record, piece, place);
    return record;
  }

  /** Whether it is bad. */
  public static boolean isBad(byte[] record) {
    return ParsedExample.split(record) == BAD;
  }

  /** What is wrong with a bad one. */
  public static String message(byte[] record) {
    int from = ParsedExample.HEADER;
    return new String(record, from, keptFrom(record) - from, StandardCharsets.UTF_8);
  }

  /** The fields that are kept. */
  public static ObjectNode kept(byte[] record) {
    int from = keptFrom(record);
    try {
      return (ObjectNode) Json.mapper().readTree(record, from, record.length - 4 - from);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // of bytes in memory
    }
  }

  private static int keptFrom(byte[] record) {
    int end = record.length - 4;
    return end - ByteBuffer.wrap(record).getInt(end);
  }
}
